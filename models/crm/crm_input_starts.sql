with

opportunities as (

    select * from {{ ref('crm_opportunities') }}

),

starts as (

    select * from {{ ref('crm_opportunity_starts') }}

),

outcomes as (

    select * from {{ ref('crm_opportunity_outcomes') }}

),

competitors as (

    select * from {{ ref('crm_opportunity_competitors') }}

),

line_items as (

    select * from {{ ref('crm_opportunity_line_items') }}

),

quotas as (

    select * from {{ ref('crm_quotas') }}

),

subscriptions as (

    select * from {{ ref('crm_subscriptions') }}

),

responses as (

    select * from {{ ref('crm_survey_responses') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- Test deals and deals of a day after as_of count nowhere, so the data begin with none of them.
first_deals as (

    select
        count(*) as record_count,
        -- Some deals were closed before the CRM knew them.
        min(case when starts.is_known then least(starts.start_date, outcomes.closed_date) end)
            as first_date

    from opportunities

    left join starts
        on opportunities.opportunity_id = starts.opportunity_id

    left join outcomes
        on opportunities.opportunity_id = outcomes.opportunity_id

),

final as (

    select 'opportunities' as table_name, record_count, first_date from first_deals

    union all

    select 'opportunity_competitors', count(*), cast(null as date) from competitors

    union all

    select 'opportunity_line_items', count(*), cast(null as date) from line_items

    union all

    select 'quotas', count(*), min(period_start) from quotas

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
