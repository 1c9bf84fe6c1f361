with

business_days as (

    select * from {{ ref('fct_business_days') }}

),

leaves as (

    select * from {{ ref('crm_user_leave') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- Whoever enters something uses the system; what a machine enters is nobody's use of it.
logged as (

    select
        booker_id as user_id,
        created_date as work_date

    from {{ ref('fct_activities') }}

    where not is_automated and not is_auto_reply

    union

    select
        changes.changed_by,
        {{ to_business_date('changes.changed_at', 'settings.reporting_tz') }}

    from {{ ref('crm_opportunity_field_history') }} as changes

    cross join settings

    where changes.changed_at < settings.as_of

),

final as (

    select
        business_days.user_id,
        business_days.team_id,
        business_days.region_id,
        logged.user_id is not null as is_logged,
        business_days.work_date

    from business_days

    left join leaves
        on
            business_days.user_id = leaves.user_id
            and business_days.work_date >= leaves.start_date
            and business_days.work_date < {{ open_end('leaves.end_date') }}

    left join logged
        on business_days.user_id = logged.user_id and business_days.work_date = logged.work_date

    where leaves.user_id is null

)

select * from final
