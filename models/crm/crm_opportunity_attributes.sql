with

opportunities as (

    select * from {{ ref('crm_opportunities') }}

    where not is_excluded

),

accounts as (

    select * from {{ ref('crm_accounts') }}

),

loss_reasons as (

    select * from {{ ref('stg_crm__loss_reasons') }}

),

lead_sources as (

    select * from {{ ref('stg_crm__lead_sources') }}

),

custom_fields as (

    select
        opportunity_id,
        {{ json_object_of('field', 'value') }} as custom_fields

    from {{ ref('crm_opportunity_custom_fields') }}

    group by opportunity_id

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- What is missing becomes the Unknown member, so that every slice adds up to the total.
final as (

    select
        opportunities.opportunity_id,
        opportunities.opportunity_name,
        coalesce(
            {{ known_member('opportunities.account_id', 'accounts.account_id', 'accounts') }}, '-1'
        ) as account_id,
        coalesce(opportunities.region_id, accounts.region_id, '-1') as region_id,
        coalesce(opportunities.segment_id, accounts.segment_id, '-1') as segment_id,
        coalesce(lead_sources.lead_source_name, opportunities.lead_source, '-1') as lead_source_id,
        opportunities.pipeline_id,
        opportunities.opportunity_type,
        coalesce(opportunities.campaign_id, '-1') as campaign_id,
        coalesce(loss_reasons.category, 'unknown') as loss_category,
        coalesce(win_reasons.category, 'unknown') as win_category,
        coalesce(loss_reasons.is_excluded_from_win_rate, false) as is_excluded_from_win_rate,
        -- A chance below 0 or above 1 is an error of entry; what was meant is not known.
        case
            when opportunities.probability >= 0 and opportunities.probability <= 1
                then opportunities.probability
        end as probability,
        opportunities.created_date,
        case
            when opportunities.qualified_at < settings.as_of
                then {{ to_business_date('opportunities.qualified_at', 'settings.reporting_tz') }}
        end as qualified_date,
        accounts.customer_since,
        custom_fields.custom_fields

    from opportunities

    cross join settings

    left join accounts
        on opportunities.account_id = accounts.account_id

    left join loss_reasons
        on opportunities.loss_reason = loss_reasons.loss_reason

    left join loss_reasons as win_reasons
        on opportunities.win_reason = win_reasons.loss_reason

    left join lead_sources
        on opportunities.lead_source = lead_sources.lead_source

    left join custom_fields
        on opportunities.opportunity_id = custom_fields.opportunity_id

)

select * from final
