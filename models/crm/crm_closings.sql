with

opportunities as (

    select * from {{ ref('crm_opportunities') }}

    where is_closed

),

starts as (

    select * from {{ ref('crm_opportunity_starts') }}

),

stages as (

    select * from {{ ref('crm_stages') }}

),

logged_stages as (

    select * from {{ ref('crm_logged_stages') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- Where the history ends elsewhere, the close date alone tells when the deal left the pipeline, but
-- no deal leaves before the first day it is known of.
final as (

    select
        opportunities.opportunity_id,
        opportunities.stage,
        coalesce(logged_stages.is_last or logged_stages.is_last_known, false) as is_logged,
        greatest(
            {{ to_business_date('opportunities.closed_at', 'settings.reporting_tz') }},
            starts.start_date
        ) as closing_date,
        opportunities.closed_at < settings.as_of as is_known

    from opportunities

    cross join settings

    inner join starts
        on opportunities.opportunity_id = starts.opportunity_id

    left join stages
        on
            opportunities.pipeline_id = stages.pipeline_id
            and opportunities.stage = stages.stage

    left join logged_stages
        on
            opportunities.opportunity_id = logged_stages.opportunity_id
            and coalesce(stages.stage_name, opportunities.stage) = logged_stages.stage_name

)

select * from final
