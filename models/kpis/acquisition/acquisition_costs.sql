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

    where period_grain not in ('day', 'week') and is_started

),

-- A cost of no known member would be missing in every other: then the slice says nothing.
unattributed as (

    select period_grain, period_start, dimension from measured

    where dimension in ('region', 'segment', 'lead_source') and dimension_id = '-1' and costs > 0

),

-- A cost has to do with its own period and the next. What lay before the calendar is not known.
counted_periods as (

    select
        periods.period_grain,
        periods.period_start,
        coalesce(
            periods.prior_period_start,
            cast({{ dbt.dateadd('day', -1, 'periods.period_start') }} as date)
        ) as prior_period_start,
        measured.dimension,
        measured.dimension_id

    from measured

    inner join periods
        on
            measured.period_grain = periods.period_grain
            and measured.period_start = periods.period_start

    union

    select
        periods.period_grain,
        periods.period_start,
        periods.prior_period_start,
        measured.dimension,
        measured.dimension_id

    from measured

    inner join periods
        on
            measured.period_grain = periods.period_grain
            and measured.period_start = periods.prior_period_start

    where measured.costs > 0

),

-- Who sells for months spends first and wins later: of a month the cost of the month before counts.
final as (

    select
        counted_periods.period_grain,
        counted_periods.period_start,
        counted_periods.dimension,
        counted_periods.dimension_id,
        unattributed.dimension is null and earlier_unattributed.dimension is null as is_attributed,
        coalesce(measured.new_customers, 0) as new_customers,
        coalesce(measured.reached_customers, 0) as reached_customers,
        coalesce(measured.paid_customers, 0) as paid_customers,
        coalesce(measured.cost_amount, 0) as cost_amount,
        coalesce(measured.media_amount, 0) as media_amount,
        coalesce(measured.spend_amount, 0) as spend_amount,
        coalesce(earlier.cost_amount, 0) as prior_cost_amount,
        counted_periods.prior_period_start,
        case
            when counted_periods.period_grain = 'month' then counted_periods.prior_period_start
        end as acquisition_start,
        case
            when counted_periods.period_grain = 'month' then coalesce(earlier.cost_amount, 0)
            else coalesce(measured.cost_amount, 0)
        end as acquisition_cost

    from counted_periods

    left join measured
        on
            counted_periods.period_grain = measured.period_grain
            and counted_periods.period_start = measured.period_start
            and counted_periods.dimension = measured.dimension
            and counted_periods.dimension_id = measured.dimension_id

    left join measured as earlier
        on
            counted_periods.period_grain = earlier.period_grain
            and counted_periods.prior_period_start = earlier.period_start
            and counted_periods.dimension = earlier.dimension
            and counted_periods.dimension_id = earlier.dimension_id

    left join unattributed
        on
            counted_periods.period_grain = unattributed.period_grain
            and counted_periods.period_start = unattributed.period_start
            and counted_periods.dimension = unattributed.dimension

    left join unattributed as earlier_unattributed
        on
            counted_periods.period_grain = earlier_unattributed.period_grain
            and counted_periods.prior_period_start = earlier_unattributed.period_start
            and counted_periods.dimension = earlier_unattributed.dimension

)

select * from final
