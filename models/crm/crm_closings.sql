with

opportunities as (

    select * from {{ ref('crm_opportunities') }}

    where is_closed and not is_excluded

),

stage_events as (

    select * from {{ ref('crm_opportunity_events') }}

    where field_name = 'stage'

),

settings as (

    select * from {{ ref('crm_settings') }}

),

logged as (

    select distinct
        opportunities.opportunity_id

    from opportunities

    inner join stage_events
        on
            opportunities.opportunity_id = stage_events.opportunity_id
            and opportunities.stage = stage_events.new_value

),

-- Where no history shows the closing, the close date alone tells when the deal left the pipeline.
final as (

    select
        opportunities.opportunity_id,
        opportunities.stage,
        logged.opportunity_id is not null as is_logged,
        opportunities.has_observed_closed_at,
        greatest(
            {{ to_business_date('opportunities.closed_at', 'settings.reporting_tz') }},
            coalesce(opportunities.created_date, settings.as_of_date - 1)
        ) as closing_date,
        opportunities.closed_at < settings.as_of as is_known

    from opportunities

    cross join settings

    left join logged
        on opportunities.opportunity_id = logged.opportunity_id

)

select * from final
