-- Whom an activity is with.
select distinct
    activity_of(activity_id) as activity_id,
    person_id

from (
    select
        activity_id,
        key_of('5', contact_id) as person_id

    from activities
    union all
    select
        activity_id,
        key_of('5', participant_id) as person_id

    from activity_participants
    where participant_type = 'contact'
    union all
    select
        activities.activity_id,
        person_of_lead(leads.lead_id, leads.converted_contact_id) as person_id

    from activities
    inner join leads on activities.lead_id = leads.lead_id
) as named
where person_id is not null
