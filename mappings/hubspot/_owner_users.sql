-- A user of HubSpot has one key as a user and another as the owner of records.
select
    coalesce(user_id, user_id_including_inactive) as user_id,
    arg_min(owner_id, coalesce(lower(archived), 'false')) as owner_id

from owner
where coalesce(user_id, user_id_including_inactive) is not null
group by coalesce(user_id, user_id_including_inactive)
