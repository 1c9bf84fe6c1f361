-- What deals, their rate and their size each made of a change of bookings makes the change, and
-- what is left to the size is its own part (F47, D10). The changes of the sellers make the total.
with

changes as (

    select * from {{ ref('report_bookings_change') }}

),

parts as (

    select
        *,
        {{ change_by_factor('deal_size', 'deals', 'win_rate') }} as own_size_effect

    from changes

),

sellers as (

    select
        period_start,
        sum(bookings_change) as sellers_change

    from changes

    where dimension = 'rep'

    group by period_start

)

select
    parts.period_start,
    parts.dimension,
    parts.dimension_id,
    parts.bookings_change,
    parts.volume_effect,
    parts.rate_effect,
    parts.size_effect,
    parts.own_size_effect,
    sellers.sellers_change

from parts

left join sellers
    on parts.period_start = sellers.period_start and parts.dimension = 'total'

where
    parts.volume_effect + parts.rate_effect + parts.size_effect <> parts.bookings_change
    or abs(parts.size_effect - parts.own_size_effect)
    > 0.001 + abs(cast(parts.bookings_change as double)) * 1e-9
    or abs(sellers.sellers_change - parts.bookings_change) > 0.01
