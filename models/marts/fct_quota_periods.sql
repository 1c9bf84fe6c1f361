with

quotas as (

    select * from {{ ref('fct_quotas') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

    where period_grain not in ('day', 'week') and future_index <= 4

),

rep_teams as (

    select * from {{ ref('crm_rep_teams') }}

),

users as (

    select * from {{ ref('dim_users') }}

),

in_periods as (

    select
        periods.period_grain,
        periods.period_start,
        periods.days_in_period,
        quotas.quota_level,
        quotas.user_id,
        quotas.team_id,
        quotas.dimension,
        quotas.dimension_id,
        quotas.quota_plan,
        {{ days_between('quotas.period_start', 'quotas.period_end') }} as quota_days,
        quotas.period_start < lag(quotas.period_end) over (
            partition by
                periods.period_grain,
                quotas.user_id,
                quotas.team_id,
                quotas.dimension,
                quotas.dimension_id
            order by quotas.period_start
        ) as is_overlapping

    from quotas

    inner join periods
        on
            quotas.period_start >= periods.period_start
            and quotas.period_end <= periods.period_end

),

-- A period has a quota when quota periods tile it exactly; a quota is never split down.
tiled as (

    select
        period_grain,
        period_start,
        quota_level,
        user_id,
        team_id,
        dimension,
        dimension_id,
        case when count(quota_plan) = count(*) then sum(quota_plan) end as quota_plan

    from in_periods

    group by
        period_grain,
        period_start,
        quota_level,
        user_id,
        team_id,
        dimension,
        dimension_id

    having sum(quota_days) = min(days_in_period) and count(*) filter (where is_overlapping) = 0

),

dated as (

    select
        tiled.*,
        periods.period_end,
        periods.is_started,
        periods.is_complete,
        -- A period that begins at as_of has a first midnight to look at, though it is still empty.
        periods.future_index = 0 as is_reached,
        greatest(periods.measured_date - 1, periods.period_start) as team_date

    from tiled

    inner join periods
        on
            tiled.period_grain = periods.period_grain
            and tiled.period_start = periods.period_start

),

-- A seller's quota rolls up through the last team the seller had in the period.
placed as (

    select
        dated.period_grain,
        dated.period_start,
        dated.user_id,
        max_by(rep_teams.team_id, rep_teams.valid_from) as team_id

    from dated

    inner join rep_teams
        on
            dated.user_id = rep_teams.user_id
            and dated.team_date >= rep_teams.valid_from
            and dated.period_start < {{ open_end('rep_teams.valid_to') }}

    group by dated.period_grain, dated.period_start, dated.user_id

),

final as (

    select
        dated.period_grain,
        dated.period_start,
        dated.period_end,
        dated.quota_level,
        dated.user_id,
        case
            when dated.quota_level = 'team' then dated.team_id
            else coalesce(placed.team_id, '-1')
        end as team_id,
        dated.team_date,
        coalesce(users.region_id, '-1') as rep_region_id,
        dated.dimension,
        dated.dimension_id,
        try_cast(dated.quota_plan as decimal(18, 4)) as quota_plan,
        dated.is_started,
        dated.is_complete,
        dated.is_reached,
        coalesce(users.hire_date <= dated.period_start, true)
        and coalesce(users.termination_date >= dated.period_end, true) as is_employed_throughout

    from dated

    left join users
        on dated.user_id = users.user_id

    left join placed
        on
            dated.user_id = placed.user_id
            and dated.period_grain = placed.period_grain
            and dated.period_start = placed.period_start

)

select * from final
