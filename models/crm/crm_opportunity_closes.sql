with

states as (

    select * from {{ ref('crm_opportunity_states') }}

    where is_current

),

opportunities as (

    select * from {{ ref('crm_opportunities') }}

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

-- The record tells of its own stage only; at as_of the deal may have been in an earlier one.
closed as (

    select
        states.*,
        opportunities.closed_date as given_date,
        case
            when not states.is_closed then null
            when states.stage = opportunities.stage
                then coalesce(logged_stages.last_entered_at, opportunities.closed_at)
            else coalesce(
                logged_stages.last_entered_at,
                {{ to_instant('states.stage_changed_date', 'settings.reporting_tz') }}
            )
        end as closed_at,
        logged_stages.last_entered_at is not null
        or opportunities.has_observed_closed_at
        or states.stage <> opportunities.stage as has_observed_closed_at

    from states

    cross join settings

    inner join opportunities
        on states.opportunity_id = opportunities.opportunity_id

    left join stages
        on
            states.pipeline_id = stages.pipeline_id
            and states.stage = stages.stage

    left join logged_stages
        on
            states.opportunity_id = logged_stages.opportunity_id
            and coalesce(stages.stage_name, states.stage) = logged_stages.stage_name
            -- Where the log ends elsewhere, its entry is one of an earlier close.
            and logged_stages.is_last_known

),

-- A close date without an instant is the business's word; with one, a later date cannot be true.
final as (

    select
        closed.*,
        case
            when not closed.is_closed then null
            when closed.has_observed_closed_at
                then least(
                    closed.given_date,
                    {{ to_business_date('closed.closed_at', 'settings.reporting_tz') }}
                )
            else closed.given_date
        end as closed_date

    from closed

    cross join settings

)

select * from final
