with

opportunities as (

    select * from {{ ref('stg_crm__opportunities') }}

    where reject_reason is null

),

accounts as (

    select * from {{ ref('crm_accounts') }}

),

pipelines as (

    select * from {{ ref('crm_pipelines') }}

),

stages as (

    select * from {{ ref('crm_stages') }}

),

parameters as (

    select * from {{ ref('crm_parameters') }}

),

final as (

    select
        opportunities.opportunity_id,
        opportunities.opportunity_name,
        coalesce(accounts.surviving_account_id, opportunities.account_id) as account_id,
        opportunities.pipeline_id,
        opportunities.stage,
        opportunities.opportunity_type,
        opportunities.owner_id,
        opportunities.campaign_id,
        opportunities.region_id,
        opportunities.segment_id,
        opportunities.loss_reason,
        opportunities.win_reason,
        opportunities.lead_source,
        coalesce(opportunities.currency, parameters.corporate_currency) as currency,
        opportunities.amount,
        opportunities.probability,
        coalesce(stages.is_mapped, false) as has_mapped_stage,
        coalesce(stages.is_closed, false) as is_closed,
        opportunities.is_deleted,
        opportunities.is_test
        or coalesce(accounts.is_test, false)
        or coalesce(pipelines.is_excluded, false) as is_excluded,
        coalesce(
            opportunities.created_date,
            {{ to_business_date('opportunities.created_at', 'parameters.reporting_tz') }}
        ) as created_date,
        opportunities.expected_close_date,
        -- A close date on an open deal says nothing yet.
        case when stages.is_closed then opportunities.closed_date end as closed_date,
        opportunities.deleted_at,
        {{ to_business_date('opportunities.deleted_at', 'parameters.reporting_tz') }}
            as deleted_date,
        coalesce(
            opportunities.created_at,
            {{ to_instant('opportunities.created_date', 'parameters.reporting_tz') }}
        ) as created_at,
        opportunities.qualified_at,
        case
            when stages.is_closed
                then coalesce(
                    opportunities.closed_at,
                    {{ to_instant('opportunities.closed_date', 'parameters.reporting_tz') }}
                )
        end as closed_at,
        stages.is_closed and opportunities.closed_at is not null as has_observed_closed_at

    from opportunities cross join parameters

    left join accounts
        on opportunities.account_id = accounts.account_id

    left join pipelines
        on opportunities.pipeline_id = pipelines.pipeline_id

    left join stages
        on
            opportunities.pipeline_id = stages.pipeline_id
            and opportunities.stage = stages.stage

)

select * from final
