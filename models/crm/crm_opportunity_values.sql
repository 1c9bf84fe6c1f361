with

opportunities as (

    select * from {{ ref('crm_opportunities') }}

    where not is_deleted and not is_excluded

),

stages as (

    select * from {{ ref('crm_stages') }}

),

spot_rates as (

    select * from {{ ref('crm_exchange_rates') }}

    where rate_type = 'spot'

),

settings as (

    select * from {{ ref('crm_settings') }}

),

dated as (

    select
        opportunities.opportunity_id,
        opportunities.currency,
        settings.corporate_currency,
        opportunities.amount,
        opportunities.is_closed,
        coalesce(stages.is_won, false) as is_won,
        least(opportunities.closed_date, settings.as_of_date) as value_date

    from opportunities

    cross join settings

    left join stages
        on
            opportunities.pipeline_id = stages.pipeline_id
            and opportunities.stage = stages.stage

),

final as (

    select
        dated.opportunity_id,
        dated.currency,
        dated.amount,
        case
            when dated.currency = dated.corporate_currency then dated.amount
            else {{ multiply_money('dated.amount', 'spot_rates.rate') }}
        end as corporate_amount,
        dated.is_closed,
        dated.is_won,
        dated.currency <> dated.corporate_currency and spot_rates.rate is null as is_rate_missing,
        dated.value_date

    from dated

    left join spot_rates
        on
            dated.currency = spot_rates.currency
            and dated.value_date >= spot_rates.rate_date
            and (dated.value_date < spot_rates.valid_to or spot_rates.valid_to is null)

)

select * from final
