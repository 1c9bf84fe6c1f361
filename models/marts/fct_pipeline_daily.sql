with

movements as (

    select * from {{ ref('fct_pipeline_movements') }}

),

dates as (

    select * from {{ ref('dim_dates') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

rep_teams as (

    select * from {{ ref('crm_rep_teams') }}

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

owners as (

    select
        owner_id,
        currency,
        min(snapshot_date) as first_date

    from movements

    group by owner_id, currency

),

-- The balance of a day is everything that moved up to it; quiet days carry the balance on.
balances as (

    select
        owners.owner_id,
        owners.currency,
        dates.date_day as snapshot_date,
        -- The midnight after an as_of at noon has the teams and rates of the day of as_of.
        least(dates.date_day, settings.as_of_date) as measured_date,
        sum(movements.open_deals) over so_far as open_deals,
        sum(movements.valued_deals) over so_far as valued_deals,
        sum(movements.weighted_deals) over so_far as weighted_deals,
        sum(movements.open_amount) over so_far as open_amount,
        sum(movements.weighted_amount) over so_far as weighted_amount

    from owners

    cross join settings

    inner join dates
        on owners.first_date <= dates.date_day and settings.snapshot_date >= dates.date_day

    left join movements
        on
            owners.owner_id = movements.owner_id
            and owners.currency = movements.currency
            and dates.date_day = movements.snapshot_date

    window so_far as (
        partition by owners.owner_id, owners.currency order by dates.date_day
    )

),

final as (

    select
        balances.snapshot_date,
        balances.measured_date,
        balances.owner_id,
        coalesce(rep_teams.team_id, '-1') as team_id,
        balances.currency,
        cast(balances.open_deals as bigint) as open_deals,
        -- Without an exchange rate an amount is as unknown as a missing one.
        cast(case when rates.spot_rate is null then 0 else balances.valued_deals end as bigint)
            as valued_deals,
        cast(case when rates.spot_rate is null then 0 else balances.weighted_deals end as bigint)
            as weighted_deals,
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

    where balances.open_deals > 0

)

select * from final
