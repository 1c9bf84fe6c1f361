with

sums as (

    select * from {{ ref('acquisition_sums') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

    where period_grain not in ('day', 'week') and is_started

),

-- A cost of no known member would be missing in every other: then the slice says nothing.
unattributed as (

    select
        period_grain,
        period_start,
        dimension

    from sums

    where dimension in ('region', 'segment', 'lead_source') and dimension_id = '-1' and costs > 0

),

-- A cost has to do with its own period and the next. What lay before the calendar is not known.
slices as (

    select
        periods.period_grain,
        periods.period_start,
        coalesce(
            periods.prior_period_start,
            cast({{ dbt.dateadd('day', -1, 'periods.period_start') }} as date)
        ) as prior_period_start,
        sums.dimension,
        sums.dimension_id

    from sums

    inner join periods
        on
            sums.period_grain = periods.period_grain
            and sums.period_start = periods.period_start

    union

    select
        periods.period_grain,
        periods.period_start,
        periods.prior_period_start,
        sums.dimension,
        sums.dimension_id

    from sums

    inner join periods
        on
            sums.period_grain = periods.period_grain
            and sums.period_start = periods.prior_period_start

    where sums.costs > 0

),

final as (

    select
        slices.*,
        unattributed.dimension is null and earlier_unattributed.dimension is null as is_attributed

    from slices

    left join unattributed
        on
            slices.period_grain = unattributed.period_grain
            and slices.period_start = unattributed.period_start
            and slices.dimension = unattributed.dimension

    left join unattributed as earlier_unattributed
        on
            slices.period_grain = earlier_unattributed.period_grain
            and slices.prior_period_start = earlier_unattributed.period_start
            and slices.dimension = earlier_unattributed.dimension

)

select * from final
