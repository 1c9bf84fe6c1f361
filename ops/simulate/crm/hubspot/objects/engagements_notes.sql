select * exclude (
        activity_type, status, direction, outcome, meeting_type, subject, completed_at,
        scheduled_end, thread_id, message_id, duration_seconds
    )

from _engagements
where activity_type = 'note'
