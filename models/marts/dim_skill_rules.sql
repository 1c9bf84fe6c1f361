with

rules as (

    select * from {{ ref('skill_rules') }}

),

final as (

    select kpi_id, skill, hypothesis, suggested_action from rules

)

select * from final
