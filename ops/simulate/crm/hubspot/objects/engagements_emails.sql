select
    * exclude (
        activity_type, status, direction, outcome, meeting_type, subject, completed_at,
        scheduled_end, thread_id, message_id, duration_seconds
    ),
    subject as properties_hs_email_subject,
    case
        when outcome = 'bounced' then 'BOUNCED'
        when status = 'failed' then 'FAILED'
        when status = 'completed' then 'SENT'
        else 'SCHEDULED'
    end as properties_hs_email_status,
    case when direction = 'inbound' then 'INCOMING_EMAIL' else 'EMAIL' end
        as properties_hs_email_direction,
    thread_id as properties_hs_email_thread_id,
    message_id as properties_hs_email_message_id

from _engagements
where activity_type = 'email'
