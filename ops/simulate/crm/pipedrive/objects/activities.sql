with

persons as (

    select
        participants.activity_id,
        list(
            {
                'person_id': cast(participants.participant_id as bigint),
                'primary': participants.participant_id = activities.contact_id
            } order by participants.participant_id
        ) as participants

    from activity_participants as participants
    inner join activities on participants.activity_id = activities.activity_id
    where participants.participant_type = 'contact'
    group by participants.activity_id

)

select
    _activities.*,
    persons.participants

from _activities
left join persons on _activities.id = cast(persons.activity_id as bigint)
