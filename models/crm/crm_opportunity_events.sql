with

opportunities as (

    select * from {{ ref('crm_opportunities') }}

),

stage_history as (

    select * from {{ ref('crm_opportunity_stage_history') }}

),

field_history as (

    select * from {{ ref('crm_opportunity_field_history') }}

    where field_name in ('amount', 'currency', 'expected_close_date', 'owner_id', 'stage')

),

parameters as (

    select * from {{ ref('crm_parameters') }}

),

deals_with_stage_history as (

    select distinct opportunity_id from stage_history

),

-- The stage history is the better witness, so the field log speaks of stages only without it.
field_changes as (

    select
        field_history.opportunity_id,
        field_history.field_name,
        field_history.old_value,
        field_history.new_value,
        field_history.changed_at,
        cast(null as bigint) as entry_number,
        field_history.event_id

    from field_history

    left join deals_with_stage_history
        on field_history.opportunity_id = deals_with_stage_history.opportunity_id

    where
        field_history.field_name <> 'stage'
        or deals_with_stage_history.opportunity_id is null

),

changes as (

    select
        opportunity_id,
        'stage' as field_name,
        previous_stage as old_value,
        stage as new_value,
        entered_at as changed_at,
        entry_number,
        cast(null as {{ dbt.type_string() }}) as event_id

    from stage_history

    union all

    select * from field_changes

),

-- Equal neighbours are log noise: a row per save, not per change.
final as (

    select
        changes.opportunity_id,
        changes.field_name,
        changes.old_value,
        changes.new_value,
        changes.changed_at,
        {{ to_business_date('changes.changed_at', 'parameters.reporting_tz') }} as changed_date,
        row_number() over (
            partition by changes.opportunity_id, changes.field_name
            order by
                changes.changed_at,
                changes.entry_number nulls last,
                changes.event_id nulls last,
                changes.old_value nulls last,
                changes.new_value nulls last
        ) as change_number

    from changes

    cross join parameters

    inner join opportunities
        on changes.opportunity_id = opportunities.opportunity_id

    where changes.old_value is distinct from changes.new_value

)

select * from final
