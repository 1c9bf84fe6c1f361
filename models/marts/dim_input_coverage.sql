with

opportunities as (

    select
        opportunity_id,
        -- Test deals count nowhere, so the data do not begin with one.
        case when is_excluded then null else created_date end as created_date

    from {{ ref('crm_opportunities') }}

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

loads as (

    select * from {{ ref('stg_crm__loads') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

first_events as (

    select 'opportunities' as table_name, count(*) as record_count, min(created_date) as first_date
    from opportunities

    union all

    select 'opportunity_competitors' as table_name, count(*), cast(null as date) from competitors

    union all

    select 'opportunity_line_items' as table_name, count(*), cast(null as date) from line_items

    union all

    select 'quotas' as table_name, count(*), min(period_start) from quotas

    union all

    select 'subscriptions' as table_name, count(*), min(valid_from) from subscriptions

    union all

    -- Retention reads subscriptions, or purchases where a site delivers none.
    select
        'customers' as table_name,
        count(*),
        coalesce(
            (select min(subscriptions.valid_from) from subscriptions),
            min(opportunities.created_date)
        )
    from opportunities

    union all

    select
        'survey_responses' as table_name,
        count(*),
        min({{ to_business_date('responses.responded_at', 'settings.reporting_tz') }})

    from responses

    cross join settings

),

-- What a load claims for the table that makes the customers holds for the customers.
claims as (

    select table_name, coverage_from from loads

    union all

    select 'customers' as table_name, loads.coverage_from

    from loads

    cross join first_events

    where
        first_events.table_name = 'subscriptions'
        and loads.table_name
        = case when first_events.record_count > 0 then 'subscriptions' else 'opportunities' end

),

final as (

    select
        first_events.table_name,
        first_events.record_count,
        first_events.record_count > 0 as is_delivered,
        coalesce(claims.coverage_from, first_events.first_date) as covered_from,
        settings.as_of_date as covered_to

    from first_events

    cross join settings

    left join claims
        on first_events.table_name = claims.table_name

)

select * from final
