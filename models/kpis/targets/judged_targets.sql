-- Every target beside what came of it, how far it is, and whether it can be reached.
with

targets as (

    select * from {{ ref('set_targets') }}

),

base as (

    select * from {{ ref('kpi_values_base') }}

    where part = 'all'

),

trails as (

    select * from {{ ref('target_trails') }}

),

measured as (

    select
        targets.*,
        base.value as actual_value,
        cast(targets.target_value as double) as goal,
        {{ days_between('targets.start_date', 'targets.end_date') }} as period_days,
        {{ days_between('targets.start_date', 'targets.measured_date') }} as elapsed_days

    from targets

    left join base
        on
            case when targets.flaw is null then targets.kpi_id end = base.kpi_id
            and targets.dimension = base.dimension
            and targets.dimension_id = base.dimension_id
            and targets.period_grain = base.period_grain
            and targets.start_date = base.period_start

),

final as (

    select
        measured.target_id,
        measured.kpi_id,
        measured.label,
        measured.dimension,
        measured.dimension_id,
        measured.owner_id,
        measured.objective_id,
        measured.period_grain,
        measured.start_date,
        measured.end_date,
        measured.is_started,
        measured.is_complete,
        measured.flaw,
        measured.baseline,
        measured.target_value,
        measured.stretch_value,
        measured.original_target_value,
        measured.actual_value,
        -- A period that ended without a value has not met its target.
        case
            when measured.flaw is null and measured.is_complete
                then coalesce(
                    measured.good_sign * (measured.actual_value - measured.goal) >= 0, false
                )
        end as is_met,
        measured.actual_value - measured.baseline as gained,
        measured.goal - measured.baseline as to_gain,
        case
            when measured.is_started
                then measured.elapsed_days / cast(measured.period_days as double)
        end as pace,
        -- What is left of a sum, by day of what is left of its period.
        case
            when measured.method = 'sum' and measured.flaw is null and not measured.is_complete
                then
                    (measured.goal - coalesce(measured.actual_value, 0))
                    / (measured.period_days - greatest(measured.elapsed_days, 0))
        end as required_daily_rate,
        trails.trailing_count,
        trails.current_value,
        trails.ambitious_value,
        trails.target_percentile,
        trails.feasibility

    from measured

    left join trails
        on measured.target_id = trails.target_id

)

select * from final
