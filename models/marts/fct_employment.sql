with

employment as (

    select * from {{ ref('crm_employment') }}

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

long_leaves as (

    select
        leaves.user_id,
        leaves.start_date,
        {{ open_end('leaves.end_date') }} as end_date

    from {{ ref('crm_user_leave') }} as leaves

    cross join settings

    where
        {{ days_between('leaves.start_date', open_end('leaves.end_date')) }}
        > settings.long_leave_days

),

-- Between two days on which job, team or presence changes, an employee counts in one way.
changes as (

    select user_id, valid_from as change_date from employment

    union

    select user_id, valid_to from employment

    union

    select user_id, valid_from from rep_teams

    union

    select user_id, valid_to from rep_teams

    union

    select user_id, start_date from long_leaves

    union

    select user_id, end_date from long_leaves

),

starts as (

    select
        employment.*,
        changes.change_date,
        lead(changes.change_date) over (
            partition by employment.user_id, employment.valid_from order by changes.change_date
        ) as next_date

    from employment

    inner join changes
        on
            employment.user_id = changes.user_id
            and employment.valid_from <= changes.change_date
            and {{ open_end('employment.valid_to') }} > changes.change_date

),

absent as (

    select distinct
        starts.user_id,
        starts.change_date

    from starts

    inner join long_leaves
        on
            starts.user_id = long_leaves.user_id
            and starts.change_date >= long_leaves.start_date
            and starts.change_date < long_leaves.end_date

),

final as (

    select
        starts.user_id,
        coalesce(rep_teams.team_id, '-1') as team_id,
        coalesce(users.region_id, '-1') as region_id,
        users.country,
        starts.role,
        starts.department,
        starts.fte,
        coalesce(starts.department = 'sales', true) as is_sales,
        starts.is_quota_carrying,
        starts.is_on_leave,
        absent.user_id is not null
        or (
            starts.is_on_leave
            and {{ days_between('starts.valid_from', open_end('starts.valid_to')) }}
            > settings.long_leave_days
        ) as is_on_long_leave,
        starts.change_date as valid_from,
        coalesce(starts.next_date, starts.valid_to) as valid_to

    from starts

    cross join settings

    left join users
        on starts.user_id = users.user_id

    left join rep_teams
        on
            starts.user_id = rep_teams.user_id
            and starts.change_date >= rep_teams.valid_from
            and starts.change_date < {{ open_end('rep_teams.valid_to') }}

    left join absent
        on starts.user_id = absent.user_id and starts.change_date = absent.change_date

)

select * from final
