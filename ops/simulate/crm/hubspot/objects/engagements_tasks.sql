select
    * exclude (
        activity_type, status, direction, outcome, meeting_type, subject, completed_at,
        scheduled_end, thread_id, message_id, duration_seconds
    ),
    subject as properties_hs_task_subject,
    case when status = 'completed' then 'COMPLETED' else 'NOT_STARTED' end
        as properties_hs_task_status,
    cast(completed_at as timestamp) as properties_hs_task_completion_date

from _engagements
where activity_type = 'task'
