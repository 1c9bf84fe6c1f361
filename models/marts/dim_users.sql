with

users as (

    select * from {{ ref('crm_users') }}

),

credits as (

    select * from {{ ref('crm_opportunity_credits') }}

),

activities as (

    select * from {{ ref('crm_activity_credits') }}

),

splits as (

    select * from {{ ref('crm_opportunity_split_shares') }}

),

quotas as (

    select * from {{ ref('crm_quotas') }}

),

-- A record may name a seller who was not delivered; that seller is a member all the same.
all_users as (

    select user_id from users

    union

    select owner_id as user_id from credits

    union

    select created_owner_id as user_id from credits

    union

    select owner_id as user_id from activities

    union

    select booker_id as user_id from activities

    union

    select user_id from splits

    union

    select user_id from quotas where user_id is not null

),

final as (

    select
        all_users.user_id,
        coalesce(
            users.full_name,
            case when all_users.user_id = '-1' then 'Unknown' else all_users.user_id end
        ) as full_name,
        users.role,
        coalesce(users.region_id, '-1') as region_id,
        users.user_id is not null as is_delivered,
        users.is_quota_carrying,
        users.is_active,
        users.hire_date,
        users.termination_date,
        users.termination_type

    from all_users

    left join users
        on all_users.user_id = users.user_id

)

select * from final
