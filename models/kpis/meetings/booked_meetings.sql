with

activities as (

    select * from {{ ref('fct_activities') }}

    where is_booking

),

-- Credit goes to whoever booked it, not to whoever sat there.
final as (

    select
        activity_id,
        booker_id as owner_id,
        booker_team_id as team_id,
        region_id,
        segment_id,
        lead_source_id,
        pipeline_id,
        campaign_id,
        created_date,
        1 as meetings_booked

    from activities

)

select * from final
