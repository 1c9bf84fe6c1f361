with

measured as (

    {{ measured(
        ref('acquisition_records'),
        date='record_date',
        attributes=['region', 'segment', 'lead_source', 'campaign'],
        counts=['costs', 'new_customers', 'reached_customers', 'paid_customers'],
        amounts=['cost_amount', 'media_amount', 'spend_amount'],
    ) }}

),

periods as (

    select * from {{ ref('dim_periods') }}

    where period_grain not in ('day', 'week')

),

-- A cost of no known member would be missing in every other: then the slice says nothing.
unattributed as (

    select
        period_grain,
        period_start,
        dimension

    from measured

    where dimension in ('region', 'segment', 'lead_source') and dimension_id = '-1' and costs > 0

),

-- Who sells for months spends first and wins later: of a month the cost of the month before counts.
final as (

    select
        measured.period_grain,
        measured.period_start,
        measured.dimension,
        measured.dimension_id,
        unattributed.dimension is null and earlier_unattributed.dimension is null as is_attributed,
        measured.new_customers,
        measured.reached_customers,
        measured.paid_customers,
        coalesce(measured.cost_amount, 0) as cost_amount,
        coalesce(measured.media_amount, 0) as media_amount,
        coalesce(measured.spend_amount, 0) as spend_amount,
        coalesce(earlier.cost_amount, 0) as prior_cost_amount,
        periods.prior_period_start,
        case when measured.period_grain = 'month' then periods.prior_period_start end
            as acquisition_start,
        case
            when measured.period_grain = 'month' then coalesce(earlier.cost_amount, 0)
            else coalesce(measured.cost_amount, 0)
        end as acquisition_cost

    from measured

    inner join periods
        on
            measured.period_grain = periods.period_grain
            and measured.period_start = periods.period_start

    left join measured as earlier
        on
            periods.period_grain = earlier.period_grain
            and periods.prior_period_start = earlier.period_start
            and measured.dimension = earlier.dimension
            and measured.dimension_id = earlier.dimension_id

    left join unattributed
        on
            measured.period_grain = unattributed.period_grain
            and measured.period_start = unattributed.period_start
            and measured.dimension = unattributed.dimension

    left join unattributed as earlier_unattributed
        on
            periods.period_grain = earlier_unattributed.period_grain
            and periods.prior_period_start = earlier_unattributed.period_start
            and measured.dimension = earlier_unattributed.dimension

)

select * from final
