with

stints as (

    select * from {{ ref('crm_employment_stints') }}

),

long_leaves as (

    select * from {{ ref('crm_user_leave') }}

    where is_long

),

rep_teams as (

    select * from {{ ref('crm_rep_teams') }}

),

users as (

    select * from {{ ref('crm_users') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

absent as (

    select distinct
        stints.user_id,
        stints.valid_from

    from stints

    inner join long_leaves
        on
            stints.user_id = long_leaves.user_id
            and stints.valid_from >= long_leaves.start_date
            and stints.valid_from < {{ open_end('long_leaves.end_date') }}

),

final as (

    select
        stints.user_id,
        coalesce(rep_teams.team_id, '-1') as team_id,
        coalesce(users.region_id, '-1') as region_id,
        users.country,
        stints.role,
        stints.department,
        stints.fte,
        coalesce(stints.department = 'sales', true) as is_sales,
        stints.is_quota_carrying,
        stints.is_on_leave,
        absent.user_id is not null
        or (
            stints.is_on_leave
            and {{ days_between('stints.job_from', open_end('stints.job_to')) }}
            > settings.long_leave_days
        ) as is_on_long_leave,
        stints.valid_from,
        stints.valid_to

    from stints

    cross join settings

    left join users
        on stints.user_id = users.user_id

    left join rep_teams
        on
            stints.user_id = rep_teams.user_id
            and stints.valid_from >= rep_teams.valid_from
            and stints.valid_from < {{ open_end('rep_teams.valid_to') }}

    left join absent
        on stints.user_id = absent.user_id and stints.valid_from = absent.valid_from

)

select * from final
