with

opportunities as (

    select * from {{ ref('fct_opportunities') }}

    where is_won and closed_date is not null

),

final as (

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
        case
            when amount_corporate is null then 0
            when
                opportunity_type in ('new', 'expansion_upsell', 'expansion_cross_sell') then 1
            else 0
        end as new_money_credits,
        amount_corporate as booked_amount,
        -- Renewals bring no new money, and credits and contractions take some away.
        case
            when opportunity_type in ('new', 'expansion_upsell', 'expansion_cross_sell')
                then amount_corporate
        end as new_money_amount,
        case
            when opportunity_type in ('expansion_upsell', 'expansion_cross_sell')
                then amount_corporate
            when opportunity_type = 'new' and amount_corporate is not null then 0
        end as expansion_amount

    from opportunities

)

select * from final
