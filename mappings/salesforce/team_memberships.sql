-- Salesforce knows the present role alone, so it holds for always.
select
    id as user_id,
    user_role_id as team_id

from user
where
    user_role_id is not null
    and coalesce(user_type, 'Standard') <> 'AutomatedProcess'
