with

costs as (

    select * from {{ ref('fct_expenses') }}

    where is_selling_cost or is_marketing_cost

),

new_customers as (

    select * from {{ ref('fct_opportunities') }}

    where is_new_customer and closed_date is not null

),

first_touches as (

    select * from {{ ref('fct_first_touches') }}

),

-- Campaigns are told by what was spent on them, all else by the ledger.
final as (

    select
        expense_id as record_id,
        '-1' as team_id,
        region_id,
        segment_id,
        lead_source_id,
        '-1' as campaign_id,
        expense_date as record_date,
        1 as costs,
        0 as new_customers,
        0 as reached_customers,
        0 as paid_customers,
        amount_corporate as cost_amount,
        case
            when is_paid_media then amount_corporate
            when amount_corporate is not null then 0
        end as media_amount,
        cast(null as decimal(18, 4)) as spend_amount

    from costs

    union all

    select
        new_customers.opportunity_id as record_id,
        '-1' as team_id,
        new_customers.region_id,
        new_customers.segment_id,
        new_customers.lead_source_id,
        coalesce(first_touches.campaign_id, '-1') as campaign_id,
        new_customers.closed_date as record_date,
        0 as costs,
        1 as new_customers,
        case when first_touches.opportunity_id is null then 0 else 1 end as reached_customers,
        case when first_touches.channel = 'paid' then 1 else 0 end as paid_customers,
        cast(null as decimal(18, 4)) as cost_amount,
        cast(null as decimal(18, 4)) as media_amount,
        cast(null as decimal(18, 4)) as spend_amount

    from new_customers

    left join first_touches
        on new_customers.opportunity_id = first_touches.opportunity_id

    union all

    select
        record_id,
        '-1' as team_id,
        '-1' as region_id,
        '-1' as segment_id,
        '-1' as lead_source_id,
        campaign_id,
        record_date,
        0 as costs,
        0 as new_customers,
        0 as reached_customers,
        0 as paid_customers,
        cast(null as decimal(18, 4)) as cost_amount,
        cast(null as decimal(18, 4)) as media_amount,
        spend_amount

    from {{ ref('fct_campaign_returns') }}

    where is_spend

)

select * from final
