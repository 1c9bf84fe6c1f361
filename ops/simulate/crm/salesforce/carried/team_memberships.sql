-- The present role alone, for always.
select
    key_of('005', user_id) as user_id,
    key_of('00E', team_id) as team_id

from team_memberships
where coalesce(is_primary, 'true') = 'true'
qualify row_number() over (
    partition by user_id order by valid_to desc nulls first, valid_from desc nulls last
) = 1
