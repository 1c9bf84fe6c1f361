-- What each target is for, and why it is none if it is none (specific, measurable, relevant,
-- time-bound); whether it can be reached is another question.
with

targets as (

    select * from {{ ref('dim_targets') }}

),

registered as (

    select * from {{ ref('kpi_registered') }}

    where not is_made_of_kpis

),

periods as (

    select * from {{ ref('dim_periods') }}

),

described as (

    select
        targets.*,
        registered.label,
        registered.method,
        registered.valid_dimensions,
        registered.valid_grains,
        case registered.direction when 'higher' then 1 when 'lower' then -1 end as good_sign,
        -- What adds up begins at nothing.
        case when registered.method = 'sum' then 0 else cast(targets.baseline as double) end
            as starting_value,
        periods.period_grain,
        periods.measured_date,
        periods.is_started,
        periods.is_complete

    from targets

    left join registered
        on targets.kpi_id = registered.kpi_id

    left join periods
        on targets.start_date = periods.period_start and targets.end_date = periods.period_end

),

final as (

    select
        target_id,
        kpi_id,
        dimension,
        dimension_id,
        owner_id,
        objective_id,
        label,
        method,
        good_sign,
        starting_value as baseline,
        target_value,
        stretch_value,
        original_target_value,
        period_grain,
        start_date,
        end_date,
        measured_date,
        is_started,
        is_complete,
        case
            when method is null then 'target_of_unknown_kpi'
            when not {{ is_listed_in('dimension', 'valid_dimensions') }} then 'target_of_no_slice'
            when good_sign is null then 'target_without_direction'
            when starting_value is null then 'target_without_baseline'
            when starting_value = cast(target_value as double) then 'target_of_no_change'
            when not has_owner then 'target_without_owner'
            when not has_objective then 'target_without_objective'
            when not {{ is_listed_in('period_grain', 'valid_grains') }} then 'target_of_no_period'
        end as flaw

    from described

)

select * from final
