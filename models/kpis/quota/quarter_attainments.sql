with

credits as (

    select * from {{ ref('kpi_quota_credits') }}

    -- A missing quota and a quota of nothing are the same: there is nothing to attain.
    where
        quota_plan > 0 and is_started and dimension = 'total' and period_grain = 'quarter'

),

sellers as (

    select * from {{ ref('fct_quota_sellers') }}

    where period_grain = 'quarter'

),

users as (

    select * from {{ ref('dim_users') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

    where period_grain = 'quarter'

),

-- A quota of a running quarter is held against as much of it as has passed.
final as (

    select
        credits.period_start,
        credits.user_id,
        sellers.team_id,
        sellers.team_date,
        case
            when {{ days_between('users.hire_date', 'periods.period_start') }} < 0
                then 'hired within'
            when {{ days_between('users.hire_date', 'periods.period_start') }} < 183
                then 'under 6 months'
            when {{ days_between('users.hire_date', 'periods.period_start') }} < 365
                then '6 to 12 months'
            when {{ days_between('users.hire_date', 'periods.period_start') }} < 730
                then '1 to 2 years'
            when users.hire_date is not null then 'over 2 years'
            else '-1'
        end as tenure,
        sellers.is_employed_throughout,
        periods.is_complete,
        credits.quota_plan,
        cast(coalesce(credits.booked_plan, 0) as decimal(38, 4)) as booked_plan,
        cast(coalesce(credits.booked_plan, 0) as double) / cast(credits.quota_plan as double)
        * periods.days_in_period
        / {{ days_between('periods.period_start', 'periods.snapshot_date') }} as attainment,
        credits.opening_quota_plan,
        -- Against the quota that the first day knew: nothing that is changed later moves it.
        cast(coalesce(credits.booked_plan, 0) as double)
        / cast(nullif(credits.opening_quota_plan, 0) as double)
        * periods.days_in_period
        / {{ days_between('periods.period_start', 'periods.snapshot_date') }} as opening_attainment

    from credits

    inner join sellers
        on credits.period_start = sellers.period_start and credits.user_id = sellers.user_id

    inner join periods
        on credits.period_start = periods.period_start

    left join users
        on credits.user_id = users.user_id

)

select * from final
