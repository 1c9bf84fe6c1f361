-- How a deal stood at both ends of a period, and what it was worth at the rates of both.
with

turns as (

    select * from {{ ref('fct_pipeline_turns') }}

),

states as (

    select * from {{ ref('crm_opportunity_states') }}

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

final as (

    select
        turns.period_grain,
        turns.period_start,
        turns.period_end,
        turns.closing_date,
        turns.opportunity_id,
        turns.region_id,
        turns.segment_id,
        turns.pipeline_id,
        turns.was_ever_open,
        opening.opportunity_id is not null as was_known,
        coalesce(opening.is_open, false) as was_open,
        opening.owner_id as opening_owner_id,
        opening.expected_close_date as opening_close_date,
        {{ multiply_money('opening.amount', 'opening_rates.spot_rate') }} as opening_amount,
        closing.opportunity_id is not null as is_known,
        coalesce(closing.is_open, false) as is_open,
        coalesce(closing.is_won, false) as is_won,
        closing.owner_id as closing_owner_id,
        closing.expected_close_date as closing_close_date,
        {{ multiply_money('closing.amount', 'closing_rates.spot_rate') }} as closing_amount,
        coalesce(
            {{ multiply_money('closing.amount', 'earlier_rates.spot_rate') }},
            {{ multiply_money('closing.amount', 'closing_rates.spot_rate') }}
        ) as revalued_amount

    from turns

    left join states as opening
        on
            turns.opportunity_id = opening.opportunity_id
            and turns.opening_version = opening.version_number

    left join states as closing
        on
            turns.opportunity_id = closing.opportunity_id
            and turns.closing_version = closing.version_number

    left join rates as opening_rates
        on opening.currency = opening_rates.currency and turns.period_start = opening_rates.date_day

    left join rates as closing_rates
        on closing.currency = closing_rates.currency and turns.closing_date = closing_rates.date_day

    left join rates as earlier_rates
        on closing.currency = earlier_rates.currency and turns.period_start = earlier_rates.date_day

)

select * from final
