-- Expected dates lie in the future, so they say nothing about where the data ends.
with

parameters as (

    select * from {{ ref('crm_parameters') }}

),

final as (

    select
        'opportunities' as table_name,
        'created_at' as column_name,
        opportunity_id as record_id,
        created_at as event_at

    from {{ ref('crm_opportunities') }}

    union all

    select 'opportunities', 'closed_at', opportunity_id, closed_at
    from {{ ref('crm_opportunities') }}

    union all

    select 'opportunity_stage_history', 'entered_at', opportunity_id, entered_at
    from {{ ref('crm_opportunity_stage_history') }}

    union all

    select 'opportunity_field_history', 'changed_at', opportunity_id, changed_at
    from {{ ref('crm_opportunity_field_history') }}

    union all

    select 'activities', 'created_at', activity_id, created_at from {{ ref('crm_activities') }}

    union all

    select 'forecasts', 'submitted_at', submission_id, submitted_at from {{ ref('crm_forecasts') }}

    union all

    select 'leads', 'created_at', lead_id, created_at from {{ ref('crm_leads') }}

    union all

    select 'web_sessions', 'session_start', session_id, session_start
    from {{ ref('crm_web_sessions') }}

    union all

    select 'survey_responses', 'responded_at', response_id, responded_at
    from {{ ref('crm_survey_responses') }}

    union all

    select
        'subscriptions' as table_name,
        'valid_from' as column_name,
        subscriptions.subscription_id as record_id,
        {{ to_instant('subscriptions.valid_from', 'parameters.reporting_tz') }} as event_at

    from {{ ref('crm_subscriptions') }} as subscriptions

    cross join parameters

    union all

    select
        'invoices' as table_name,
        'invoice_date' as column_name,
        invoices.invoice_id as record_id,
        {{ to_instant('invoices.invoice_date', 'parameters.reporting_tz') }} as event_at

    from {{ ref('crm_invoices') }} as invoices

    cross join parameters

    union all

    select
        'revenue_events' as table_name,
        'recognized_date' as column_name,
        revenue_events.revenue_id as record_id,
        {{ to_instant('revenue_events.recognized_date', 'parameters.reporting_tz') }} as event_at

    from {{ ref('crm_revenue_events') }} as revenue_events

    cross join parameters

)

select * from final
