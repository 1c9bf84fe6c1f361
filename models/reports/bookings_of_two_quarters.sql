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

final as (

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

)

select * from final
