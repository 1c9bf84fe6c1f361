with

balances as (

    select * from {{ ref('fct_pipeline_balances') }}

    where open_deals > 0

),

rep_teams as (

    select * from {{ ref('crm_rep_teams') }}

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

final as (

    select
        balances.snapshot_date,
        balances.measured_date,
        balances.owner_id,
        coalesce(rep_teams.team_id, '-1') as team_id,
        balances.currency,
        balances.open_deals,
        -- Without an exchange rate an amount is as unknown as a missing one.
        case when rates.spot_rate is null then 0 else balances.valued_deals end as valued_deals,
        case when rates.spot_rate is null then 0 else balances.weighted_deals end as weighted_deals,
        -- Many deals together may be worth more than one of them can be.
        coalesce(
            {{ multiply_money('balances.open_amount', 'rates.spot_rate') }},
            {{ round_to_decimal(
                'cast(balances.open_amount as double) * cast(rates.spot_rate as double)', 38
            ) }}
        ) as open_amount,
        {{ round_to_decimal(
            'cast(balances.weighted_amount as double) * cast(rates.spot_rate as double)', 38
        ) }} as weighted_amount

    from balances

    left join rep_teams
        on
            balances.owner_id = rep_teams.user_id
            and balances.measured_date >= rep_teams.valid_from
            and balances.measured_date < {{ open_end('rep_teams.valid_to') }}

    left join rates
        on
            balances.currency = rates.currency
            and balances.measured_date = rates.date_day

)

select * from final
