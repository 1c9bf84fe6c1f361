with

responses as (

    select * from {{ ref('fct_lead_responses') }}

),

leads as (

    select * from {{ ref('fct_leads') }}

),

settings as (

    select * from {{ ref('dim_settings') }}

),

handed as (

    select
        responses.*,
        cast({{ dbt.date_trunc('month', 'responses.created_date') }} as date) as month_start,
        leads.is_qualified,
        leads.converted_at < settings.as_of as is_converted

    from responses

    cross join settings

    inner join leads
        on responses.lead_id = leads.lead_id

),

counted as (

    select
        month_start,
        lead_source_id,
        count(*) as handed_leads,
        count(*) filter (where is_contacted) as contacted_leads,
        count(*) filter (where is_due) as due_leads,
        count(*) filter (where is_due and is_within_promise) as prompt_leads,
        count(*) filter (where is_due and not is_contacted) as missed_leads,
        count(*) filter (where is_qualified) as qualified_leads,
        count(*) filter (where is_converted) as converted_leads,
        percentile_cont(0.5) within group (order by cast(response_seconds as double)) / 60
            as median_response_minutes

    from handed

    group by month_start, lead_source_id

),

final as (

    select
        *,
        prompt_leads / nullif(due_leads, 0e0) as sla_rate,
        qualified_leads / cast(handed_leads as double) as qualified_share

    from counted

)

select * from final
