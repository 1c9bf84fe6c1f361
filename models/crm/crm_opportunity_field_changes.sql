with

field_history as (

    select * from {{ ref('crm_opportunity_field_history') }}

    where field_name in ('amount', 'currency', 'expected_close_date', 'owner_id', 'stage')

),

deals_with_stage_history as (

    select distinct opportunity_id from {{ ref('crm_opportunity_stage_history') }}

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

-- The stage history is the better witness, so the field log speaks of stages only without it.
witnessed as (

    select field_history.*

    from field_history

    left join deals_with_stage_history
        on field_history.opportunity_id = deals_with_stage_history.opportunity_id

    where
        field_history.field_name <> 'stage'
        or deals_with_stage_history.opportunity_id is null

),

-- Some CRMs log a new owner twice at one instant, by id and by name.
owner_changes as (

    select
        witnessed.*,
        coalesce(old_names.user_id, witnessed.old_value) as old_owner_id,
        coalesce(new_names.user_id, witnessed.new_value) as new_owner_id,
        new_users.user_id is null
        and max(new_users.user_id) over (
            partition by witnessed.opportunity_id, witnessed.changed_at
        ) is not null as is_restated

    from witnessed

    left join users as new_users
        on witnessed.new_value = new_users.user_id

    left join names as old_names
        on witnessed.old_value = old_names.full_name

    left join names as new_names
        on witnessed.new_value = new_names.full_name

    where witnessed.field_name = 'owner_id'

),

final as (

    select
        event_id,
        opportunity_id,
        field_name,
        old_value,
        new_value,
        changed_at

    from witnessed

    where field_name <> 'owner_id'

    union all

    select
        event_id,
        opportunity_id,
        field_name,
        old_owner_id as old_value,
        new_owner_id as new_value,
        changed_at

    from owner_changes

    where not is_restated or new_value is null

)

select * from final
