with

persons as (

    select
        activity_id,
        json_extract_string(nested, '$.person_id') as person_id

    from (
        select
            activity_id,
            unnest(from_json(participants, '["json"]')) as nested

        from _activities
    ) as listed
    union
    select
        coalesce(activity_participant.activity_id, _activities.activity_id) as activity_id,
        activity_participant.person_id

    from activity_participant
    left join _activities on activity_participant._dlt_parent_id = _activities._dlt_id
    union
    select
        activity_id,
        person_id

    from _activities

)

select
    activity_id,
    person_id as participant_id,
    'contact' as participant_type,
    'true' as is_external

from persons
where activity_id is not null and person_id is not null
union all
select
    activity_id,
    owner_id as participant_id,
    'user' as participant_type,
    'false' as is_external

from _activities
where owner_id is not null
