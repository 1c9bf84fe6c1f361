with

employment as (

    select * from {{ ref('crm_employment') }}

),

rep_teams as (

    select * from {{ ref('crm_rep_teams') }}

),

long_leaves as (

    select * from {{ ref('crm_user_leave') }}

    where is_long

),

-- Between two days on which job, team or presence changes, an employee counts in one way.
changes as (

    select user_id, valid_from as change_date from employment

    union

    select user_id, valid_from from rep_teams

    union

    select user_id, valid_to from rep_teams

    union

    select user_id, start_date from long_leaves

    union

    select user_id, end_date from long_leaves

),

final as (

    select
        employment.user_id,
        employment.role,
        employment.department,
        employment.fte,
        employment.is_quota_carrying,
        employment.is_on_leave,
        employment.valid_from as job_from,
        employment.valid_to as job_to,
        changes.change_date as valid_from,
        coalesce(
            lead(changes.change_date) over (
                partition by employment.user_id, employment.valid_from
                order by changes.change_date
            ),
            employment.valid_to
        ) as valid_to

    from employment

    inner join changes
        on
            employment.user_id = changes.user_id
            and employment.valid_from <= changes.change_date
            and {{ open_end('employment.valid_to') }} > changes.change_date

)

select * from final
