-- The owner of an activity, and who it is linked to; other colleagues are not told.
select
    activity_id,
    contact_id as participant_id,
    'contact' as participant_type,
    'true' as is_external

from _activity_contacts
union all
select
    activity_of(activity_id) as activity_id,
    owner_of(performer_id) as participant_id,
    'user' as participant_type,
    'false' as is_external

from activities
where performer_id is not null
