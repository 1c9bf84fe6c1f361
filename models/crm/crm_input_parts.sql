with

activities as (

    select * from {{ ref('crm_activities') }}

),

stage_changes as (

    select * from {{ ref('crm_opportunity_events') }}

    where field_name = 'stage'

),

employment as (

    select * from {{ ref('crm_employment') }}

),

costs as (

    select
        expense_date,
        {{ is_selling_cost('category') }} as is_selling_cost,
        {{ is_marketing_cost('category') }} as is_marketing_cost

    from {{ ref('crm_costs') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

final as (

    -- A log of changes tells the stages as well as a history of stages does.
    select
        'opportunity_stage_history' as table_name,
        count(*) as record_count,
        cast(null as date) as first_date

    from stage_changes

    union all

    -- Employed are those of the history, or the users with their dates; who sells carries a quota.
    select 'employees', count(*), cast(null as date) from employment

    union all

    select 'sellers', count(*), cast(null as date) from employment where is_quota_carrying

    union all

    -- What selling and marketing cost is told by the ledger or by tables that stand in for it.
    {% for kind in ['selling', 'marketing'] %}
    select '{{ kind }}_costs', count(*), min(expense_date) from costs where is_{{ kind }}_cost

    union all
    {% endfor %}
    select
        'activities',
        count(*),
        min({{ to_business_date('activities.created_at', 'settings.reporting_tz') }})

    from activities

    cross join settings
    {% for feed, activity_type in activity_feeds().items() %}
    union all

    -- Calls, e-mails and meetings come from feeds of their own, any of which may be absent.
    select
        '{{ feed }}',
        count(*),
        min({{ to_business_date('activities.created_at', 'settings.reporting_tz') }})

    from activities

    cross join settings

    where activities.activity_type = '{{ activity_type }}'
    {% endfor %}
)

select * from final
