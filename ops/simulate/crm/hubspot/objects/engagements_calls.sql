-- The outcomes of a call that HubSpot brings have the same keys in every portal.
select
    * exclude (
        activity_type, status, direction, outcome, meeting_type, subject, completed_at,
        scheduled_end, thread_id, message_id, duration_seconds
    ),
    subject as properties_hs_call_title,
    case status when 'completed' then 'COMPLETED' when 'failed' then 'FAILED' else 'QUEUED' end
        as properties_hs_call_status,
    upper(direction) as properties_hs_call_direction,
    case outcome
        when 'connected' then 'f240bbac-87c9-4f6e-bf70-924b57d47db7'
        when 'voicemail' then 'b2cf5968-551e-4856-9783-52b3da59a7d0'
        when 'no_answer' then '73a0d17f-1163-4015-bdd5-ec830791da20'
    end as properties_hs_call_disposition,
    1000 * cast(duration_seconds as bigint) as properties_hs_call_duration

from _engagements
where activity_type = 'call'
