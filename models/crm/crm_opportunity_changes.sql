with

starts as (

    select * from {{ ref('crm_opportunity_starts') }}

    where is_known

),

events as (

    select * from {{ ref('crm_opportunity_events') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

logged as (

    select
        events.opportunity_id,
        greatest(events.changed_date, starts.start_date) as changed_date,
        events.change_number,
        case when events.field_name = 'stage' then coalesce(events.new_value, '') end as stage,
        case when events.field_name = 'amount' then coalesce(events.new_value, '') end as amount,
        case when events.field_name = 'expected_close_date' then coalesce(events.new_value, '') end
            as expected_close_date,
        case when events.field_name = 'owner_id' then coalesce(events.new_value, '') end
            as owner_id,
        case when events.field_name = 'currency' then coalesce(events.new_value, '') end
            as currency

    from events

    cross join settings

    inner join starts
        on events.opportunity_id = starts.opportunity_id

    where events.changed_at < settings.as_of

),

final as (

    select
        opportunity_id,
        start_date as changed_date,
        0 as change_number,
        stage,
        amount,
        expected_close_date,
        owner_id,
        currency

    from starts

    union all

    select * from logged

)

select * from final
