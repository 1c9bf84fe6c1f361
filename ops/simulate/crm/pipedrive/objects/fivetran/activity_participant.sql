select
    cast(activity_id as bigint) as activity_id,
    cast(participant_id as bigint) as person_id

from activity_participants
where participant_type = 'contact'
