with

field_history as (

    select * from {{ ref('crm_opportunity_field_history') }}

    where field_name in ('amount', 'currency', 'expected_close_date', 'stage')

),

deals_with_stage_history as (

    select distinct opportunity_id from {{ ref('crm_opportunity_stage_history') }}

),

owner_changes as (

    select * from {{ ref('crm_opportunity_owner_changes') }}

),

-- The stage history is the better witness, so the field log speaks of stages only without it.
witnessed as (

    select field_history.*

    from field_history

    left join deals_with_stage_history
        on field_history.opportunity_id = deals_with_stage_history.opportunity_id

    where
        field_history.field_name <> 'stage'
        or deals_with_stage_history.opportunity_id is null

),

final as (

    select
        event_id,
        opportunity_id,
        field_name,
        old_value,
        new_value,
        changed_at

    from witnessed

    union all

    select
        event_id,
        opportunity_id,
        field_name,
        old_value,
        new_value,
        changed_at

    from owner_changes

)

select * from final
