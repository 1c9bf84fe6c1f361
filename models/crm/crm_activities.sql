with

activities as (

    select * from {{ ref('stg_crm__activities') }}

    where reject_reason is null

),

final as (

    select
        activity_id,
        performer_id,
        booked_by_id,
        account_id,
        contact_id,
        lead_id,
        opportunity_id,
        response_to_id,
        thread_id,
        message_id,
        external_id,
        activity_type,
        direction,
        subject,
        status,
        superseded_by,
        outcome,
        meeting_type,
        recipient_count,
        duration_seconds,
        is_automated,
        is_bulk,
        is_auto_reply,
        is_internal,
        -- Where the source does not say, a person outside who writes in expects an answer.
        coalesce(
            needs_reply,
            direction = 'inbound' and not is_internal and not is_auto_reply,
            false
        ) as needs_reply,
        created_at,
        scheduled_start,
        scheduled_end,
        completed_at,
        sent_at,
        received_at,
        responded_at,
        cancelled_at

    from activities

)

select * from final
