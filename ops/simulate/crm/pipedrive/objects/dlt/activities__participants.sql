select
    cast(participant_id as bigint) as person_id,
    'activity' || activity_id as _dlt_parent_id,
    row_number() over (partition by activity_id order by participant_id) - 1 as _dlt_list_idx

from activity_participants
where participant_type = 'contact'
