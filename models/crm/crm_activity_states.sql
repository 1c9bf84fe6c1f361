-- What its columns date at as_of or later has not happened yet.
with

known as (

    select * from {{ ref('crm_known_activities') }}

),

final as (

    select
        activity_id,
        activity_type,
        direction,
        case when coalesce(decided_at < as_of, true) then recorded_status else 'scheduled' end
            as status,
        outcome,
        meeting_type,
        performer_id,
        booked_by_id,
        response_to_id,
        case
            when activity_type = 'email'
                then coalesce(
                    thread_id,
                    regexp_extract(lower(trim(subject)), '^((re|fw|fwd|aw|wg)[ ]*:[ ]*)*(.*)$', 3)
                    || ' / ' || coalesce(contact_id, lead_id, account_id),
                    activity_id
                )
        end as thread_id,
        duration_seconds,
        is_automated,
        is_bulk,
        is_auto_reply,
        needs_reply,
        -- Only colleagues took part.
        is_internal or coalesce(direction = 'internal', false) or not has_guest as is_internal,
        has_attending_guest,
        is_rebooking,
        created_at,
        scheduled_start,
        case when completed_at < as_of then completed_at end as completed_at,
        case
            when
                activity_type = 'email'
                and direction = 'outbound'
                and coalesce(sent_at, completed_at) < as_of
                then coalesce(sent_at, completed_at)
        end as sent_at,
        case
            when activity_type = 'email' and direction = 'inbound'
                then coalesce(received_at, completed_at, created_at)
        end as received_at,
        case when responded_at < as_of then responded_at end as responded_at,
        case when cancelled_at < as_of then cancelled_at end as cancelled_at,
        reporting_tz,
        as_of

    from known

)

select * from final
