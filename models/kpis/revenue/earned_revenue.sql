with

revenue as (

    select * from {{ ref('fct_revenue') }}

    where is_revenue

),

final as (

    select
        revenue_id,
        opportunity_id,
        team_id,
        region_id,
        segment_id,
        lead_source_id,
        pipeline_id,
        opportunity_type,
        campaign_id,
        product_id,
        product_family_id,
        recognized_date,
        1 as revenue_events,
        case when amount_corporate is null then 0 else 1 end as valued_events,
        amount_corporate as earned_amount,
        amount_plan as earned_amount_plan,
        amount_earlier_plan as earned_amount_earlier_plan

    from revenue

)

select * from final
