with

users as (

    select * from {{ ref('crm_users') }}

),

quotas as (

    select * from {{ ref('crm_quotas') }}

),

owners as (

    select distinct owner_id from {{ ref('crm_opportunities') }}

),

final as (

    select
        'user_without_deals' as finding,
        'users' as table_name,
        'user_id' as column_name,
        users.user_id as record_id,
        cast(null as decimal(18, 4)) as amount_at_stake

    from users

    left join owners
        on users.user_id = owners.owner_id

    where owners.owner_id is null and coalesce(users.is_quota_carrying, true)

    union all

    select
        'quota_carrier_without_quota' as finding,
        'users' as table_name,
        'is_quota_carrying' as column_name,
        users.user_id as record_id,
        cast(null as decimal(18, 4)) as amount_at_stake

    from users

    left join quotas
        on users.user_id = quotas.user_id

    where
        users.is_quota_carrying
        and quotas.user_id is null
        and exists (select 1 from quotas as any_quota)

    union all

    select
        'quota_of_user_and_team' as finding,
        'quotas' as table_name,
        'team_id' as column_name,
        user_id as record_id,
        amount as amount_at_stake

    from quotas

    where user_id is not null and team_id is not null

)

select * from final
