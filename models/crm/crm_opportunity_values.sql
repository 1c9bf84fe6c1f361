with

opportunities as (

    select * from {{ ref('crm_opportunities') }}

    where not is_excluded

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
        on opportunities.pipeline_id = stages.pipeline_id and opportunities.stage = stages.stage

    -- What is deleted after as_of still stands.
    where
        not opportunities.is_deleted or coalesce(opportunities.deleted_at >= settings.as_of, false)

),

-- One rate per currency and day: joining every deal with every rate is a thousand times the work.
daily_rates as (

    select
        days.currency,
        days.value_date,
        spot_rates.rate

    from (select distinct currency, value_date from dated) as days

    inner join spot_rates
        on
            days.currency = spot_rates.currency
            and days.value_date >= spot_rates.rate_date
            and days.value_date < {{ open_end('spot_rates.valid_to') }}

),

final as (

    select
        dated.opportunity_id,
        dated.currency,
        dated.amount,
        case
            when dated.currency = dated.corporate_currency then dated.amount
            else {{ multiply_money('dated.amount', 'daily_rates.rate') }}
        end as corporate_amount,
        -- Without a rate the deal's own currency is better than nothing.
        coalesce(corporate_amount, dated.amount) as amount_at_stake,
        dated.is_closed,
        dated.is_won,
        dated.currency <> dated.corporate_currency and daily_rates.rate is null as is_rate_missing,
        daily_rates.rate is not null and dated.amount is not null and corporate_amount is null
            as is_amount_too_large,
        dated.value_date

    from dated

    left join daily_rates
        on dated.currency = daily_rates.currency and dated.value_date = daily_rates.value_date

)

select * from final
