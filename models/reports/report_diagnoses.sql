-- Which hypotheses fit sellers and teams, by rules that are data.
with

met as (

    select * from {{ ref('met_conditions') }}

),

rules as (

    select * from {{ ref('diagnostic_rules') }}

),

condition_counts as (

    select
        rule_id,
        count(*) as condition_count

    from {{ ref('diagnostic_conditions') }}

    group by rule_id

),

final as (

    select
        rules.rule_id,
        met.period_grain,
        met.period_start,
        met.dimension,
        met.dimension_id,
        max(met.dimension_value) as dimension_value,
        max(case when met.condition_number = 1 then met.value end) as first_value,
        max(case when met.condition_number = 2 then met.value end) as second_value,
        rules.hypothesis,
        rules.action

    from met

    inner join rules
        on met.rule_id = rules.rule_id

    inner join condition_counts
        on met.rule_id = condition_counts.rule_id

    group by
        rules.rule_id,
        met.period_grain,
        met.period_start,
        met.dimension,
        met.dimension_id,
        rules.hypothesis,
        rules.action

    having count(*) = max(condition_counts.condition_count)

)

select * from final
