with

states as (

    select * from {{ ref('crm_activity_states') }}

),

credits as (

    select * from {{ ref('crm_activity_credits') }}

),

subjects as (

    select * from {{ ref('crm_activity_subjects') }}

    where not is_excluded

),

repeats as (

    select * from {{ ref('crm_activity_repeats') }}

),

-- What a machine, a mass mailing or an out-of-office note did is nobody's work; a step of a
-- sequence is an e-mail like any other.
counted as (

    select
        states.*,
        not states.is_internal
        and repeats.activity_id is null
        and not states.is_bulk
        and not states.is_auto_reply
        and not (states.is_automated and states.activity_type <> 'email') as is_countable

    from states

    left join repeats
        on states.activity_id = repeats.activity_id

),

-- A meeting that was put off counts in the slot it ended in, but was booked when it was first.
kinds as (

    select
        *,
        is_countable and activity_type = 'call' and completed_at is not null as is_call,
        is_countable and sent_at is not null as is_sent_email,
        is_countable and received_at is not null as is_received_email,
        is_countable
        and activity_type = 'meeting'
        and scheduled_start is not null
        and coalesce(status <> 'superseded', true) as is_meeting,
        is_countable
        and activity_type = 'meeting'
        and scheduled_start is not null
        and not is_rebooking as is_booking

    from counted

),

outcomes as (

    select
        *,
        is_call and coalesce(direction = 'outbound', false) as is_outbound_call,
        is_call and coalesce(outcome = 'connected', false) as is_connected_call,
        is_meeting and scheduled_start < as_of as is_due_meeting,
        is_meeting
        and scheduled_start < as_of
        and coalesce(status = 'completed', false)
        and has_attending_guest as is_held_meeting

    from kinds

),

final as (

    select
        outcomes.activity_id,
        outcomes.activity_type,
        outcomes.direction,
        outcomes.status,
        outcomes.outcome,
        outcomes.meeting_type,
        credits.owner_id,
        credits.team_id,
        credits.booker_id,
        credits.booker_team_id,
        subjects.account_id,
        subjects.contact_id,
        subjects.lead_id,
        subjects.opportunity_id,
        coalesce(
            'account ' || nullif(subjects.account_id, '-1'),
            'deal ' || subjects.opportunity_id,
            'contact ' || subjects.contact_id,
            'lead ' || subjects.lead_id
        ) as prospect_id,
        subjects.region_id,
        subjects.segment_id,
        subjects.lead_source_id,
        subjects.pipeline_id,
        subjects.campaign_id,
        outcomes.thread_id,
        outcomes.response_to_id,
        outcomes.duration_seconds,
        outcomes.is_automated,
        outcomes.is_auto_reply,
        outcomes.needs_reply,
        outcomes.is_countable,
        outcomes.is_call,
        outcomes.is_outbound_call,
        outcomes.is_connected_call,
        outcomes.is_sent_email,
        outcomes.is_received_email,
        outcomes.is_meeting,
        outcomes.is_due_meeting,
        outcomes.is_held_meeting,
        outcomes.is_booking,
        outcomes.is_connected_call
        or outcomes.is_received_email
        or outcomes.is_held_meeting as is_two_way,
        outcomes.created_at,
        outcomes.scheduled_start,
        outcomes.completed_at,
        outcomes.sent_at,
        outcomes.received_at,
        outcomes.responded_at,
        credits.activity_date,
        credits.created_date,
        credits.scheduled_date,
        credits.completed_date,
        credits.sent_date,
        credits.received_date

    from outcomes

    inner join credits
        on outcomes.activity_id = credits.activity_id

    inner join subjects
        on outcomes.activity_id = subjects.activity_id

)

select * from final
