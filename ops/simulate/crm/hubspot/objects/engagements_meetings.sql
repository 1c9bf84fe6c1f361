select
    * exclude (
        activity_type, status, direction, outcome, meeting_type, subject, completed_at,
        scheduled_end, thread_id, message_id, duration_seconds
    ),
    subject as properties_hs_meeting_title,
    case status
        when 'completed' then 'COMPLETED'
        when 'no_show' then 'NO_SHOW'
        when 'cancelled' then 'CANCELED'
        when 'superseded' then 'RESCHEDULED'
        else 'SCHEDULED'
    end as properties_hs_meeting_outcome,
    properties_hs_timestamp as properties_hs_meeting_start_time,
    cast(scheduled_end as timestamp) as properties_hs_meeting_end_time,
    case meeting_type
        when 'demo' then 'Product demo'
        when 'discovery' then 'Discovery call'
        when 'negotiation' then 'Negotiation'
        when 'review' then 'Business review'
        when 'other' then 'Lunch'
    end as properties_hs_activity_type

from _engagements
where activity_type = 'meeting'
