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
        periods.period_end,
        periods.measured_date,
        periods.is_started,
        periods.is_complete,
        periods.future_index,
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
                periods.period_start,
                quotas.quota_level,
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
        period_end,
        measured_date,
        is_started,
        is_complete,
        future_index,
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
        period_end,
        measured_date,
        is_started,
        is_complete,
        future_index,
        days_in_period,
        quota_level,
        user_id,
        team_id,
        dimension,
        dimension_id

    having sum(quota_days) = days_in_period and count(*) filter (where is_overlapping) = 0

),

-- A seller's quota rolls up through the last team the seller had in the period.
placed as (

    select
        tiled.period_grain,
        tiled.period_start,
        tiled.user_id,
        max_by(rep_teams.team_id, rep_teams.valid_from) as team_id

    from tiled

    inner join rep_teams
        on
            tiled.user_id = rep_teams.user_id
            and greatest(tiled.measured_date - 1, tiled.period_start) >= rep_teams.valid_from
            and tiled.period_start < {{ open_end('rep_teams.valid_to') }}

    group by tiled.period_grain, tiled.period_start, tiled.user_id

),

final as (

    select
        tiled.period_grain,
        tiled.period_start,
        tiled.period_end,
        tiled.quota_level,
        tiled.user_id,
        case
            when tiled.quota_level = 'team' then tiled.team_id
            else coalesce(placed.team_id, '-1')
        end as team_id,
        greatest(tiled.measured_date - 1, tiled.period_start) as team_date,
        coalesce(users.region_id, '-1') as rep_region_id,
        tiled.dimension,
        tiled.dimension_id,
        cast(tiled.quota_plan as decimal(18, 4)) as quota_plan,
        tiled.is_started,
        tiled.is_complete,
        -- A period that begins at as_of has a first midnight to look at, though it is still empty.
        tiled.future_index = 0 as is_reached,
        coalesce(users.hire_date <= tiled.period_start, true)
        and coalesce(users.termination_date >= tiled.period_end, true) as is_employed_throughout

    from tiled

    left join users
        on tiled.user_id = users.user_id

    left join placed
        on
            tiled.user_id = placed.user_id
            and tiled.period_grain = placed.period_grain
            and tiled.period_start = placed.period_start

)

select * from final
