-- The owner of an activity, and the persons it is with; other colleagues are not told.
select
    activities.activity_id,
    persons.person_id as participant_id,
    'contact' as participant_type,
    'true' as is_external

from main.activities
inner join _activity_persons as persons on activities.activity_id = persons.activity_id
union all
select
    activity_id,
    performer_id as participant_id,
    'user' as participant_type,
    'false' as is_external

from main.activities
where performer_id is not null
