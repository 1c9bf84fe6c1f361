with

opportunities as (

    select * from {{ ref('crm_opportunities') }}

    where is_closed and not is_excluded

),

events as (

    select * from {{ ref('crm_opportunity_events') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

logged as (

    select distinct
        opportunities.opportunity_id

    from opportunities

    inner join events
        on
            opportunities.opportunity_id = events.opportunity_id
            and opportunities.stage = events.new_value

    where events.field_name = 'stage'

),

first_changes as (

    select
        opportunity_id,
        min(changed_date) as changed_date

    from events

    group by opportunity_id

),

-- Where no history shows the closing, the close date alone tells when the deal left the pipeline,
-- but no deal leaves before the first day it is known of.
final as (

    select
        opportunities.opportunity_id,
        opportunities.stage,
        logged.opportunity_id is not null as is_logged,
        opportunities.has_observed_closed_at,
        greatest(
            {{ to_business_date('opportunities.closed_at', 'settings.reporting_tz') }},
            coalesce(
                opportunities.created_date, first_changes.changed_date, settings.as_of_date - 1
            )
        ) as closing_date,
        opportunities.closed_at < settings.as_of as is_known

    from opportunities

    cross join settings

    left join logged
        on opportunities.opportunity_id = logged.opportunity_id

    left join first_changes
        on opportunities.opportunity_id = first_changes.opportunity_id

)

select * from final
