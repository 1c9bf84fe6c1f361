with

opportunities as (

    select * from {{ ref('crm_opportunities') }}

),

stage_history as (

    select * from {{ ref('crm_opportunity_stage_history') }}

),

field_changes as (

    select * from {{ ref('crm_opportunity_field_changes') }}

),

parameters as (

    select * from {{ ref('crm_parameters') }}

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

    select
        opportunity_id,
        field_name,
        old_value,
        new_value,
        changed_at,
        cast(null as bigint) as entry_number,
        event_id

    from field_changes

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
