-- Why did bookings change from one quarter to the next: more deals, more of them won, larger ones?
with

compared as (

    select * from {{ ref('bookings_of_two_quarters') }}

),

rated as (

    select
        *,
        cast(bookings_after - bookings_before as decimal(38, 4)) as bookings_change,
        wins_before / cast(nullif(deals_before, 0) as double) as win_rate_before,
        wins_after / cast(nullif(deals_after, 0) as double) as win_rate_after,
        cast(bookings_before as double) / nullif(wins_before, 0) as deal_size_before,
        cast(bookings_after as double) / nullif(wins_after, 0) as deal_size_after

    from compared

    where deals_before + deals_after > 0

),

split as (

    select
        *,
        {{ change_by_factor('deals', 'win_rate', 'deal_size') }} as volume_effect,
        {{ change_by_factor('win_rate', 'deals', 'deal_size') }} as rate_effect

    from rated

),

-- What is left of the change is that of the size, so the three make it to the last digit.
final as (

    select
        *,
        cast(bookings_change - volume_effect - rate_effect as decimal(38, 4)) as size_effect

    from split

)

select * from final
