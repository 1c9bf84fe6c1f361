-- Pipedrive knows present teams alone, so they hold for always; the oldest team of a user counts.
with

members as (

    select
        unnest(try_cast(users as varchar[])) as user_id,
        id as team_id

    from team

)

select
    user_id,
    team_id,
    row_number() over (partition by user_id order by try_cast(team_id as bigint), team_id) = 1
        as is_primary

from members
