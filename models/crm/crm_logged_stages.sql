with

named as (

    select * from {{ ref('crm_named_stage_changes') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- From one label of a stage to another, as after a rename, no deal moves.
entered as (

    select
        named.opportunity_id,
        named.stage_name,
        max(named.changed_at) as last_entered_at

    from named

    cross join settings

    where
        named.changed_at < settings.as_of
        and named.old_stage_name is distinct from named.stage_name

    group by named.opportunity_id, named.stage_name

),

last_steps as (

    select
        named.opportunity_id,
        max_by(named.stage_name, named.change_number) as last_stage_name,
        max_by(named.stage_name, named.change_number)
        filter (where named.changed_at < settings.as_of) as last_known_stage_name

    from named

    cross join settings

    group by named.opportunity_id

),

final as (

    select distinct
        named.opportunity_id,
        named.stage_name,
        entered.last_entered_at,
        named.stage_name = last_steps.last_stage_name as is_last,
        coalesce(named.stage_name = last_steps.last_known_stage_name, false) as is_last_known

    from named

    inner join last_steps
        on named.opportunity_id = last_steps.opportunity_id

    left join entered
        on
            named.opportunity_id = entered.opportunity_id
            and named.stage_name = entered.stage_name

)

select * from final
