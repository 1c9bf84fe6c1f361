with

compensation as (

    select * from {{ ref('crm_compensation') }}

),

users as (

    select * from {{ ref('crm_users') }}

),

rep_teams as (

    select * from {{ ref('crm_rep_teams') }}

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

monthly as (

    select
        compensation.*,
        {{ known_member('compensation.user_id', 'users.user_id', ref('crm_users')) }}
            as known_user_id,
        users.region_id,
        coalesce(compensation.currency, settings.corporate_currency) as pay_currency,
        cast({{ dbt.date_trunc('month', 'compensation.period_start') }} as date) as month_start

    from compensation

    cross join settings

    left join users
        on compensation.user_id = users.user_id

    where compensation.period_start < settings.snapshot_date

),

-- A month belongs to the first team in it, since who comes in its middle is in none on the first.
placed as (

    select
        monthly.*,
        rep_teams.team_id,
        greatest(monthly.month_start, rep_teams.valid_from) as earned_date,
        row_number() over (
            partition by monthly.user_id, monthly.period_start, monthly.component
            order by rep_teams.valid_from
        ) as team_number

    from monthly

    left join rep_teams
        on
            monthly.known_user_id = rep_teams.user_id
            and rep_teams.valid_from < {{ dbt.dateadd('month', 1, 'monthly.month_start') }}
            and monthly.month_start < {{ open_end('rep_teams.valid_to') }}

),

final as (

    select
        placed.user_id as paid_user_id,
        coalesce(placed.known_user_id, '-1') as user_id,
        coalesce(placed.team_id, '-1') as team_id,
        coalesce(placed.region_id, '-1') as region_id,
        placed.component,
        placed.component in ('commission', 'bonus', 'spiff') as is_variable,
        placed.pay_currency as currency,
        {{ multiply_money('placed.amount', 'rates.spot_rate') }} as amount_corporate,
        placed.period_start,
        placed.month_start,
        placed.earned_date

    from placed

    left join rates
        on placed.pay_currency = rates.currency and placed.month_start = rates.date_day

    where placed.team_number = 1

)

select * from final
