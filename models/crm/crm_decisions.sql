with

decisions as (

    select * from {{ ref('stg_crm__decisions') }}

    where reject_reason is null

),

final as (

    select
        decision_id,
        kpi_id,
        scope_id,
        owner_id,
        decision,
        reason,
        scope_type,
        expected_change,
        started_on,
        ended_on

    from decisions

)

select * from final
