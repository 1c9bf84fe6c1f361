with

forecasts as (

    select * from {{ ref('crm_forecasts') }}

),

users as (

    select * from {{ ref('crm_users') }}

),

managed_teams as (

    select manager_id, min(team_id) as team_id
    from {{ ref('crm_teams') }}
    group by manager_id

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- Of whom nobody knows, and of what lies between two slices, no result is known either.
known as (

    select
        forecasts.submission_id,
        forecasts.submitter_id,
        forecasts.forecast_level,
        case
            when forecasts.forecast_level <> 'rep'
                then coalesce(forecasts.team_id, managed_teams.team_id, 'all')
        end as call_team_id,
        forecasts.category,
        forecasts.method,
        forecasts.override_of,
        forecasts.dimension,
        forecasts.dimension_id,
        forecasts.is_of_one_slice
        and (
            users.user_id is not null
            or not exists (select 1 from users as any_user)
        )
        -- A manager whose team nobody names speaks for nobody.
        and (
            forecasts.forecast_level <> 'manager'
            or coalesce(forecasts.team_id, managed_teams.team_id) is not null
        ) as is_counted,
        coalesce(forecasts.currency, settings.corporate_currency) as currency,
        forecasts.amount,
        forecasts.period_start,
        forecasts.period_end,
        forecasts.submitted_at

    from forecasts

    cross join settings

    left join users
        on forecasts.submitter_id = users.user_id

    left join managed_teams
        on forecasts.submitter_id = managed_teams.manager_id

    where forecasts.submitted_at < settings.as_of

),

-- A call holds until the next one of its series; of two at one instant the later key does.
final as (

    select
        *,
        lead(submitted_at) over (
            partition by
                submitter_id,
                forecast_level,
                call_team_id,
                category,
                is_counted,
                dimension,
                dimension_id,
                period_start,
                period_end
            order by submitted_at, submission_id
        ) as superseded_at

    from known

)

select * from final
