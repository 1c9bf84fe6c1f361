with

outcomes as (

    select * from {{ ref('crm_opportunity_outcomes') }}

),

attributes as (

    select * from {{ ref('crm_opportunity_attributes') }}

),

credits as (

    select * from {{ ref('crm_opportunity_credits') }}

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

first_wins as (

    select * from {{ ref('crm_first_wins') }}

),

final as (

    select
        outcomes.opportunity_id,
        attributes.opportunity_name,
        attributes.account_id,
        credits.owner_id,
        credits.created_owner_id,
        credits.team_id,
        credits.created_team_id,
        attributes.region_id,
        attributes.segment_id,
        attributes.lead_source_id,
        attributes.pipeline_id,
        attributes.opportunity_type,
        attributes.campaign_id,
        outcomes.stage_name as stage,
        case when outcomes.is_closed and not outcomes.is_won then attributes.loss_category end
            as loss_category,
        case when outcomes.is_won then attributes.win_category end as win_category,
        outcomes.currency,
        outcomes.amount,
        {{ multiply_money('outcomes.amount', 'rates.spot_rate') }} as amount_corporate,
        {{ multiply_money('outcomes.amount', 'rates.plan_rate') }} as amount_plan,
        -- A close before the opening is an error of entry, not a negative duration.
        case
            when outcomes.closed_date >= attributes.created_date
                then {{ days_between('attributes.created_date', 'outcomes.closed_date') }}
        end as cycle_days,
        outcomes.is_open,
        outcomes.is_closed,
        outcomes.is_won,
        -- Credits and contractions move money, but nobody competed for them.
        outcomes.is_closed
        and attributes.opportunity_type not in ('credit', 'contraction')
        and (outcomes.is_won or not attributes.is_excluded_from_win_rate) as is_decided,
        attributes.opportunity_type not in ('credit', 'contraction')
        and (not outcomes.is_closed or outcomes.is_won or not attributes.is_excluded_from_win_rate)
            as is_in_cohort,
        outcomes.is_amount_restored,
        coalesce(not first_wins.is_legacy_customer, false) as is_new_customer,
        attributes.created_date,
        outcomes.expected_close_date,
        outcomes.closed_date,
        outcomes.recorded_date,
        attributes.custom_fields

    from outcomes

    inner join attributes
        on outcomes.opportunity_id = attributes.opportunity_id

    inner join credits
        on outcomes.opportunity_id = credits.opportunity_id

    left join rates
        on
            outcomes.currency = rates.currency
            and credits.credited_date = rates.date_day

    left join first_wins
        on outcomes.opportunity_id = first_wins.opportunity_id

)

select * from final
