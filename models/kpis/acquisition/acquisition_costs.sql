with

periods as (

    select * from {{ ref('acquisition_periods') }}

),

sums as (

    select * from {{ ref('acquisition_sums') }}

),

-- Who sells for months spends first and wins later: of a month the cost of the month before counts.
final as (

    select
        periods.period_grain,
        periods.period_start,
        periods.dimension,
        periods.dimension_id,
        periods.is_attributed,
        coalesce(sums.new_customers, 0) as new_customers,
        coalesce(sums.reached_customers, 0) as reached_customers,
        coalesce(sums.paid_customers, 0) as paid_customers,
        coalesce(sums.cost_amount, 0) as cost_amount,
        coalesce(sums.media_amount, 0) as media_amount,
        coalesce(sums.spend_amount, 0) as spend_amount,
        coalesce(earlier.cost_amount, 0) as prior_cost_amount,
        periods.prior_period_start,
        case when periods.period_grain = 'month' then periods.prior_period_start end
            as acquisition_start,
        case
            when periods.period_grain = 'month' then coalesce(earlier.cost_amount, 0)
            else coalesce(sums.cost_amount, 0)
        end as acquisition_cost

    from periods

    left join sums
        on
            periods.period_grain = sums.period_grain
            and periods.period_start = sums.period_start
            and periods.dimension = sums.dimension
            and periods.dimension_id = sums.dimension_id

    left join sums as earlier
        on
            periods.period_grain = earlier.period_grain
            and periods.prior_period_start = earlier.period_start
            and periods.dimension = earlier.dimension
            and periods.dimension_id = earlier.dimension_id

)

select * from final
