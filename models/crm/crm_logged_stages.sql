with

stage_events as (

    select * from {{ ref('crm_opportunity_events') }}

    where field_name = 'stage' and new_value is not null

),

settings as (

    select * from {{ ref('crm_settings') }}

),

final as (

    select
        stage_events.opportunity_id,
        stage_events.new_value as stage,
        max(
            case when stage_events.changed_at < settings.as_of then stage_events.changed_at end
        ) as last_entered_at

    from stage_events

    cross join settings

    group by stage_events.opportunity_id, stage_events.new_value

)

select * from final
