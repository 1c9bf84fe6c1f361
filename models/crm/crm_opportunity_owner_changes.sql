with

owner_history as (

    select * from {{ ref('crm_opportunity_field_history') }}

    where field_name = 'owner_id'

),

users as (

    select * from {{ ref('crm_users') }}

),

-- A name that two users share names neither.
names as (

    select
        full_name,
        min(user_id) as user_id

    from users

    group by full_name

    having count(*) = 1

),

-- Some CRMs log a new owner twice at one instant, by id and by name.
owners as (

    select
        owner_history.*,
        coalesce(old_names.user_id, owner_history.old_value) as old_owner_id,
        coalesce(new_names.user_id, owner_history.new_value) as new_owner_id,
        new_users.user_id is null
        and max(new_users.user_id) over (
            partition by owner_history.opportunity_id, owner_history.changed_at
        ) is not null as is_restated

    from owner_history

    left join users as new_users
        on owner_history.new_value = new_users.user_id

    left join names as old_names
        on owner_history.old_value = old_names.full_name

    left join names as new_names
        on owner_history.new_value = new_names.full_name

),

final as (

    select
        event_id,
        opportunity_id,
        field_name,
        old_owner_id as old_value,
        new_owner_id as new_value,
        changed_at

    from owners

    where not is_restated or new_value is null

)

select * from final
