-- A user is known by the key of the owner, which is what records hold; one that left is archived.
select
    owner_id as user_id,
    coalesce(nullif(concat_ws(' ', first_name, last_name), ''), email) as full_name,
    email,
    case
        when regexp_matches(
            lower(concat_ws(' ', archived, is_deleted, fivetran_deleted)), 'true|1'
        ) then 'false'
        else 'true'
    end as is_active,
    updated_at

from owner
