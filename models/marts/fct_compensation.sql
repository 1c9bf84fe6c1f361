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
        cast({{ dbt.date_trunc('month', 'compensation.period_start') }} as date) as month_start,
        cast(
            {{ dbt.dateadd('month', 1, dbt.date_trunc('month', 'compensation.period_start')) }}
            as date
        ) as month_end

    from compensation

    cross join settings

    left join users
        on compensation.user_id = users.user_id

    where compensation.period_start < settings.snapshot_date

),

-- A month belongs to the first team in it, since who comes in its middle is in none on the first.
placed as (

    select
        monthly.user_id,
        monthly.period_start,
        monthly.component,
        min(greatest(monthly.month_start, rep_teams.valid_from)) as team_date

    from monthly

    inner join rep_teams
        on
            monthly.known_user_id = rep_teams.user_id
            and monthly.month_end > rep_teams.valid_from
            and monthly.month_start < {{ open_end('rep_teams.valid_to') }}

    group by monthly.user_id, monthly.period_start, monthly.component

),

final as (

    select
        monthly.user_id as paid_user_id,
        coalesce(monthly.known_user_id, '-1') as user_id,
        coalesce(rep_teams.team_id, '-1') as team_id,
        coalesce(monthly.region_id, '-1') as region_id,
        monthly.component,
        monthly.component in ('commission', 'bonus', 'spiff') as is_variable,
        monthly.pay_currency as currency,
        {{ multiply_money('monthly.amount', 'rates.spot_rate') }} as amount_corporate,
        monthly.period_start,
        monthly.month_start,
        coalesce(placed.team_date, monthly.month_start) as earned_date

    from monthly

    left join placed
        on
            monthly.user_id = placed.user_id
            and monthly.period_start = placed.period_start
            and monthly.component = placed.component

    left join rep_teams
        on
            monthly.known_user_id = rep_teams.user_id
            and placed.team_date >= rep_teams.valid_from
            and placed.team_date < {{ open_end('rep_teams.valid_to') }}

    left join rates
        on monthly.pay_currency = rates.currency and monthly.month_start = rates.date_day

)

select * from final
