with

leads as (

    select * from {{ ref('fct_leads') }}

),

activities as (

    select * from {{ ref('fct_activities') }}

    where is_countable and not is_automated and coalesce(direction, 'outbound') = 'outbound'

),

-- A call counts when it was over, an e-mail when it was sent, a meeting when it was booked.
final as (

    select
        leads.surviving_lead_id as lead_id,
        min(
            case
                when activities.is_call then activities.completed_at
                when activities.is_sent_email then activities.sent_at
                else activities.created_at
            end
        ) as first_attempt_at

    from activities

    inner join leads
        on activities.lead_id = leads.lead_id

    where activities.is_call or activities.is_sent_email or activities.is_booking

    group by leads.surviving_lead_id

)

select * from final
