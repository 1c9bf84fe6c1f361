-- What stands there once more: by the key of its origin, by its message, or, where one of the two
-- has no key, because one seller began two of a kind with one person within a minute.
with

activities as (

    select * from {{ ref('crm_activities') }}

),

subjects as (

    select * from {{ ref('crm_activity_subjects') }}

),

parameters as (

    select * from {{ ref('crm_parameters') }}

),

begun as (

    select
        activities.activity_id,
        activities.activity_type,
        activities.direction,
        activities.performer_id,
        activities.external_id,
        activities.message_id,
        coalesce(activities.external_id, activities.message_id) as origin_id,
        coalesce(
            subjects.contact_id,
            subjects.lead_id,
            nullif(subjects.account_id, '-1'),
            subjects.opportunity_id
        ) as person_id,
        coalesce(
            activities.scheduled_start,
            activities.sent_at,
            activities.received_at,
            activities.completed_at,
            activities.created_at
        ) as begun_at,
        -- Of a meeting that kept its key in the calendar the slot that holds is the one to keep.
        case when activities.status = 'superseded' then 1 else 0 end as superseded_last

    from activities

    inner join subjects
        on activities.activity_id = subjects.activity_id

),

numbered as (

    select
        *,
        row_number() over (
            partition by activity_type, performer_id, external_id
            order by superseded_last, begun_at, activity_id
        ) as origin_number,
        row_number() over (
            partition by activity_type, message_id order by begun_at, activity_id
        ) as message_number,
        lag(begun_at) over by_person as prior_begun_at,
        lag(origin_id) over by_person as prior_origin_id

    from begun

    window by_person as (
        partition by activity_type, direction, performer_id, person_id
        order by begun_at, activity_id
    )

),

final as (

    select numbered.activity_id

    from numbered

    cross join parameters

    where
        (numbered.external_id is not null and numbered.origin_number > 1)
        or (numbered.message_id is not null and numbered.message_number > 1)
        or (
            numbered.performer_id is not null
            and numbered.person_id is not null
            and (numbered.origin_id is null or numbered.prior_origin_id is null)
            and {{ seconds_between('numbered.prior_begun_at', 'numbered.begun_at') }}
            <= parameters.activity_repeat_seconds
        )

)

select * from final
