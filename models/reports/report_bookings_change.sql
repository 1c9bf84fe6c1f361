-- Why did bookings change from one quarter to the next: more deals, more of them won, larger ones?
with

closed as (

    select * from {{ ref('kpi_closed_deals') }}

    where period_grain = 'quarter' and dimension in ('total', 'region', 'team', 'rep')

),

-- A quarter of which the data show but a part, or nothing before it, cannot be compared.
quarters as (

    select periods.*

    from {{ ref('dim_periods') }} as periods

    inner join {{ ref('dim_input_coverage') }} as coverage
        on
            coverage.table_name = 'opportunities'
            and periods.prior_period_start >= coverage.covered_from

    where periods.period_grain = 'quarter' and periods.is_complete

),

-- Who decided nothing in one of the two has a change as well.
sides as (

    select
        quarters.period_start,
        closed.dimension,
        closed.dimension_id,
        quarters.prior_period_start = closed.period_start as is_before,
        closed.decided_deals,
        closed.won_deals,
        cast(coalesce(closed.deal_size, 0) as decimal(38, 4)) as bookings

    from closed

    inner join quarters
        on closed.period_start in (quarters.period_start, quarters.prior_period_start)

),

compared as (

    select
        period_start,
        dimension,
        dimension_id,
        cast(sum(case when is_before then decided_deals else 0 end) as bigint) as deals_before,
        cast(sum(case when is_before then won_deals else 0 end) as bigint) as wins_before,
        cast(sum(case when is_before then bookings else 0 end) as decimal(38, 4))
            as bookings_before,
        cast(sum(case when is_before then 0 else decided_deals end) as bigint) as deals_after,
        cast(sum(case when is_before then 0 else won_deals end) as bigint) as wins_after,
        cast(sum(case when is_before then 0 else bookings end) as decimal(38, 4)) as bookings_after

    from sides

    group by period_start, dimension, dimension_id

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
