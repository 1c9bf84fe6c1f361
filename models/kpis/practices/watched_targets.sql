-- Running targets that an alert rule watches, beside the share of their time that has gone.
with

rules as (

    select * from {{ ref('alert_rules') }} where kind = 'pace'

),

-- A target is judged by its pace from a quarter of its time on.
targets as (

    select * from {{ ref('judged_targets') }}

    where flaw is null and is_started and not is_complete and pace >= 0.25

),

settings as (

    select * from {{ ref('dim_settings') }}

),

final as (

    select
        rules.rule_id,
        rules.kind,
        rules.limit_value,
        coalesce(targets.owner_id, rules.owner) as owner,
        rules.diagnostic,
        targets.kpi_id,
        targets.period_grain,
        targets.start_date as period_start,
        targets.end_date as period_end,
        targets.dimension,
        targets.dimension_id,
        targets.gained / targets.to_gain as progress,
        targets.pace,
        settings.as_of_date as watched_on

    from rules

    cross join targets

    cross join settings

)

select * from final
