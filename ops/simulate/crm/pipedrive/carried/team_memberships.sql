-- The present team alone, for always.
select
    user_of(user_id) as user_id,
    key_of('8', team_id) as team_id,
    'true' as is_primary

from team_memberships
where coalesce(is_primary, 'true') = 'true'
qualify row_number() over (
    partition by user_id order by valid_to desc nulls first, valid_from desc nulls last
) = 1
