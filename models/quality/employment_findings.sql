with

users as (

    select * from {{ ref('crm_users') }}

),

history as (

    select
        *,
        lead(valid_from) over (partition by user_id order by valid_from) as next_valid_from

    from {{ ref('crm_employment_history') }}

),

employment as (

    select * from {{ ref('crm_employment') }}

),

final as (

    select
        'overlapping_employment' as finding,
        'employment_history' as table_name,
        'valid_to' as column_name,
        user_id as record_id,
        cast(null as decimal(18, 4)) as amount_at_stake

    from history

    where next_valid_from < valid_to

    union all

    select
        'employment_after_termination' as finding,
        'employment_history' as table_name,
        'valid_to' as column_name,
        history.user_id as record_id,
        cast(null as decimal(18, 4)) as amount_at_stake

    from history

    inner join users
        on history.user_id = users.user_id

    where
        history.next_valid_from is null
        and {{ open_end('history.valid_to') }} > users.termination_date

    union all

    select
        'employment_not_known' as finding,
        'users' as table_name,
        'hire_date' as column_name,
        users.user_id as record_id,
        cast(null as decimal(18, 4)) as amount_at_stake

    from users

    left join employment
        on users.user_id = employment.user_id

    where
        employment.user_id is null
        and users.is_quota_carrying
        and exists (select 1 from employment as anybody_employed)

)

select * from final
