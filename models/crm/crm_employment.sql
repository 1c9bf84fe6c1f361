with

users as (

    select * from {{ ref('crm_users') }}

),

history as (

    select * from {{ ref('crm_employment_history') }}

),

-- What the history does not say of a job the user says; a job of nobody known counts nowhere.
jobs as (

    select
        {{ known_member('history.user_id', 'users.user_id', ref('crm_users')) }} as user_id,
        coalesce(history.role, users.role) as role,
        history.department,
        coalesce(case when history.fte > 0 and history.fte <= 1 then history.fte end, users.fte, 1)
            as fte,
        coalesce(history.is_quota_carrying, users.is_quota_carrying, false) as is_quota_carrying,
        history.is_on_leave,
        history.valid_from,
        history.valid_to,
        users.termination_date,
        lead(history.valid_from) over (
            partition by history.user_id order by history.valid_from
        ) as next_valid_from

    from history

    left join users
        on history.user_id = users.user_id

),

-- A later job ends the earlier one, and who left has no job that goes on.
ended as (

    select
        *,
        case
            when next_valid_from < {{ open_end('valid_to') }} then next_valid_from
            when valid_to is null and termination_date > valid_from then termination_date
            else valid_to
        end as ended_on

    from jobs

    where user_id is not null

),

final as (

    select
        user_id,
        role,
        department,
        fte,
        is_quota_carrying,
        is_on_leave,
        valid_from,
        ended_on as valid_to

    from ended

    union all

    -- Without a history a user is employed from the hire to the termination, where both are known.
    select
        user_id,
        role,
        cast(null as string) as department,
        case when fte > 0 and fte <= 1 then fte else 1 end as fte,
        coalesce(is_quota_carrying, false) as is_quota_carrying,
        false as is_on_leave,
        hire_date as valid_from,
        termination_date as valid_to

    from users

    where
        hire_date < {{ open_end('termination_date') }}
        and (is_active or termination_date is not null)
        and user_id not in (select history.user_id from history)

)

select * from final
