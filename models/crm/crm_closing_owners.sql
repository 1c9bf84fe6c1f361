with

outcomes as (

    select * from {{ ref('crm_opportunity_outcomes') }}

    where is_closed

),

opportunities as (

    select * from {{ ref('crm_opportunities') }}

),

users as (

    select * from {{ ref('crm_users') }}

),

owner_events as (

    select * from {{ ref('crm_opportunity_events') }}

    where field_name = 'owner_id'

),

closings as (

    select
        outcomes.opportunity_id,
        opportunities.owner_id,
        outcomes.closed_at

    from outcomes

    inner join opportunities
        on outcomes.opportunity_id = opportunities.opportunity_id

),

-- A handover after the close, even on its day, moves no credit; where the first one left nobody,
-- nobody knows of an earlier owner than today's.
credited as (

    select
        closings.opportunity_id,
        nullif(
            coalesce(
                max_by(coalesce(owner_events.new_value, ''), owner_events.change_number)
                filter (where owner_events.changed_at <= closings.closed_at),
                max(case when owner_events.change_number = 1 then owner_events.old_value end),
                max(closings.owner_id)
            ),
            ''
        ) as owner_id

    from closings

    left join owner_events
        on closings.opportunity_id = owner_events.opportunity_id

    group by closings.opportunity_id

),

final as (

    select
        credited.opportunity_id,
        {{ known_member('credited.owner_id', 'users.user_id', 'users') }} as owner_id

    from credited

    left join users
        on credited.owner_id = users.user_id

)

select * from final
