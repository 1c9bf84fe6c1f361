with

states as (

    select * from {{ ref('crm_activity_states') }}

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

final as (

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

)

select * from final
