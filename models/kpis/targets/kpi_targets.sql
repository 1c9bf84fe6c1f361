with

targets as (

    select * from {{ ref('judged_targets') }}

    where flaw is null

),

periods as (

    select * from {{ ref('dim_periods') }}

    where is_started and period_grain not in ('day', 'week')

),

-- A target is due on its last day, in the whole and in the slice it is for.
due as (

    select
        periods.period_grain,
        periods.period_start,
        slices.dimension,
        case when slices.dimension = 'total' then 'all' else targets.dimension_id end
            as dimension_id,
        targets.is_met

    from targets

    inner join periods
        on targets.end_date > periods.period_start and targets.end_date <= periods.period_end

    inner join (
        values ('total'), ('rep'), ('team'), ('region'), ('segment')
    ) as slices (dimension)
        on slices.dimension in ('total', targets.dimension)

),

final as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        'all' as part,
        'All' as part_label,
        count(*) as due_targets,
        count(case when is_met then 1 end) as met_targets,
        cast(0 as bigint) as measured_targets,
        count(case when is_met then 1 end) / cast(count(*) as double) as target_achievement_rate,
        cast(null as double) as gained,
        cast(null as double) as to_gain,
        cast(null as double) as target_progress,
        cast(null as double) as target_pace_gap

    from due

    group by period_grain, period_start, dimension, dimension_id

    union all

    select
        period_grain,
        start_date,
        dimension,
        dimension_id,
        target_id,
        label,
        0,
        0,
        1,
        null,
        gained,
        to_gain,
        gained / to_gain,
        gained / to_gain - pace

    from targets

    where is_started and gained is not null

)

select * from final
