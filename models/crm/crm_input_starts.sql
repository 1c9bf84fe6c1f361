with

first_deals as (

    select * from {{ ref('crm_first_deals') }}

),

activities as (

    select * from {{ ref('crm_activities') }}

),

competitors as (

    select * from {{ ref('crm_opportunity_competitors') }}

),

stage_changes as (

    select * from {{ ref('crm_opportunity_events') }}

    where field_name = 'stage'

),

line_items as (

    select * from {{ ref('crm_opportunity_line_items') }}

),

leads as (

    select * from {{ ref('crm_leads') }}

),

quotas as (

    select * from {{ ref('crm_quotas') }}

),

expenses as (

    select * from {{ ref('crm_expenses') }}

),

invoices as (

    select * from {{ ref('crm_invoices') }}

),

invoice_lines as (

    select * from {{ ref('crm_invoice_lines') }}

),

revenue_events as (

    select * from {{ ref('crm_revenue_events') }}

),

subscriptions as (

    select * from {{ ref('crm_subscriptions') }}

),

responses as (

    select * from {{ ref('crm_survey_responses') }}

),

employment as (

    select * from {{ ref('crm_employment') }}

),

web_sessions as (

    select * from {{ ref('crm_web_sessions') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

final as (

    select 'opportunities' as table_name, record_count, first_date from first_deals

    union all

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

    union all

    select 'opportunity_competitors', count(*), cast(null as date) from competitors

    union all

    select 'opportunity_line_items', count(*), cast(null as date) from line_items

    union all

    -- A log of changes tells the stages as well as a history of stages does.
    select 'opportunity_stage_history', count(*), cast(null as date) from stage_changes

    union all

    -- Employed are those of the history, or the users with their dates; who sells carries a quota.
    select 'employees', count(*), cast(null as date) from employment

    union all

    select 'sellers', count(*), cast(null as date) from employment where is_quota_carrying

    union all

    select
        'leads',
        count(*),
        min({{ to_business_date('leads.created_at', 'settings.reporting_tz') }})

    from leads

    cross join settings

    union all

    select
        'web_sessions',
        count(*),
        min({{ to_business_date('web_sessions.session_start', 'settings.reporting_tz') }})

    from web_sessions

    cross join settings

    union all

    select 'quotas', count(*), min(period_start) from quotas

    union all

    select 'expenses', count(*), min(expense_date) from expenses

    union all

    select 'invoices', count(*), min(invoice_date) from invoices

    union all

    select 'invoice_lines', count(*), cast(null as date) from invoice_lines

    union all

    select 'revenue_events', count(*), min(recognized_date) from revenue_events

    union all

    select 'subscriptions', count(*), min(valid_from) from subscriptions

    union all

    select
        'survey_responses',
        count(*),
        min({{ to_business_date('responses.responded_at', 'settings.reporting_tz') }})

    from responses

    cross join settings

)

select * from final
