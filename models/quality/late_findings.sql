with

events as (

    select * from {{ ref('crm_table_events') }}

    where table_name <> 'opportunities'

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- Those of deals are said by the dates of the deal.
final as (

    select
        'after_the_end_of_the_data' as finding,
        events.table_name,
        events.column_name,
        events.record_id,
        cast(null as decimal(18, 4)) as amount_at_stake

    from events

    cross join settings

    where events.event_at >= settings.as_of

)

select * from final
