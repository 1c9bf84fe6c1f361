with

kinds as (

    select * from {{ ref('crm_activity_kinds') }}

),

credits as (

    select * from {{ ref('crm_activity_credits') }}

),

subjects as (

    select * from {{ ref('crm_activity_subjects') }}

    where not is_excluded

),

final as (

    select
        kinds.activity_id,
        kinds.activity_type,
        kinds.direction,
        kinds.status,
        kinds.outcome,
        kinds.meeting_type,
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
        kinds.thread_id,
        kinds.response_to_id,
        kinds.duration_seconds,
        kinds.is_automated,
        kinds.is_auto_reply,
        kinds.needs_reply,
        kinds.is_countable,
        kinds.is_call,
        kinds.is_outbound_call,
        kinds.is_connected_call,
        kinds.is_sent_email,
        kinds.is_received_email,
        kinds.is_meeting,
        kinds.is_due_meeting,
        kinds.is_held_meeting,
        kinds.is_booking,
        kinds.is_connected_call
        or kinds.is_received_email
        or kinds.is_held_meeting as is_two_way,
        kinds.created_at,
        kinds.scheduled_start,
        kinds.completed_at,
        kinds.sent_at,
        kinds.received_at,
        kinds.responded_at,
        credits.activity_date,
        credits.created_date,
        credits.scheduled_date,
        credits.completed_date,
        credits.sent_date,
        credits.received_date

    from kinds

    inner join credits
        on kinds.activity_id = credits.activity_id

    inner join subjects
        on kinds.activity_id = subjects.activity_id

)

select * from final
