with

opportunities as (

    select * from {{ ref('fct_opportunities') }}

    where is_won

),

period_dates as (

    select * from {{ ref('dim_period_dates') }}

),

bridge_members as (

    select * from {{ ref('bridge_opportunity_members') }}

),

team_closure as (

    select * from {{ ref('dim_team_closure') }}

),

member_periods as (

    select * from {{ ref('dim_member_periods') }}

),

won as (

    select
        opportunity_id,
        owner_id,
        team_id,
        region_id,
        segment_id,
        lead_source_id,
        pipeline_id,
        opportunity_type,
        campaign_id,
        closed_date,
        1 as booked_deals,
        1 as credited_deals,
        -- Credits and contractions move money, but they are not deals anybody won.
        case when is_decided then 1 else 0 end as won_deals,
        case when amount_corporate is null then 0 else 1 end as valued_deals,
        case when is_new_customer then 1 else 0 end as new_customers,
        case when amount_corporate is null then 0 else 1 end as valued_credits,
        amount_corporate as booked_amount

    from opportunities

),

-- Sellers get the amounts by their splits and the deal by ownership.
counted as (

    {{ summed_by_period(
        rows='won',
        date='closed_date',
        attributes=[
            'region', 'segment', 'lead_source', 'pipeline', 'opportunity_type', 'campaign'
        ],
        members=['credited_rep', 'product', 'product_family', 'competitor'],
        counts=['booked_deals', 'won_deals', 'valued_deals', 'new_customers'],
        records=['credited_deals', 'valued_credits'],
        amounts=['booked_amount'],
    ) }}

),

final as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        booked_deals,
        credited_deals,
        won_deals,
        valued_deals,
        new_customers,
        -- Deals whose amounts are all unknown are not worth nothing; nothing of them is.
        case
            when valued_credits > 0 then booked_amount
            when credited_deals = 0 then 0
        end as bookings

    from counted

)

select * from final
