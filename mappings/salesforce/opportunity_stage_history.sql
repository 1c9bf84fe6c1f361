-- The stages of OpportunityHistory where a deal has any, else those of its tracked field.
with

from_versions as (

    select
        opportunity_id,
        stage_name as stage,
        changed_at as entered_at,
        changed_by as entered_by

    from _opportunity_versions
    where version_number = 1 or stage_name is distinct from earlier_stage

),

stage_changes as (

    select
        *,
        row_number() over (partition by opportunity_id order by changed_at, id) as change_number

    from _opportunity_field_changes
    where
        field_name = 'stage'
        and opportunity_id not in (select from_versions.opportunity_id from from_versions)

),

from_fields as (

    select
        stage_changes.opportunity_id,
        stage_changes.old_value as stage,
        opportunity.created_date as entered_at,
        cast(null as varchar) as entered_by

    from stage_changes
    inner join opportunity on stage_changes.opportunity_id = opportunity.id
    where stage_changes.change_number = 1 and stage_changes.old_value is not null
    union all
    select
        opportunity_id,
        new_value as stage,
        changed_at as entered_at,
        changed_by as entered_by

    from stage_changes

)

select * from from_versions
union all
select * from from_fields
