with

decisions as (

    select * from {{ ref('crm_decisions') }}

),

final as (

    select
        decision_id,
        decision,
        reason,
        kpi_id,
        case when scope_type = 'company' then 'total' else scope_type end as dimension,
        case when scope_type in ('total', 'company') then 'all' else scope_id end as dimension_id,
        owner_id,
        expected_change,
        started_on,
        ended_on

    from decisions

)

select * from final
