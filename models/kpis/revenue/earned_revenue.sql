with

revenue as (

    select * from {{ ref('fct_revenue') }}

    where is_revenue

),

invoice_lines as (

    select * from {{ ref('fct_invoice_lines') }}

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
        case when amount_corporate is null or cogs_corporate is null then 0 else 1 end
            as costed_events,
        -- What nobody knows the cost of is no pure profit; it is left out.
        case when cogs_corporate is not null then amount_corporate end as costed_amount,
        amount_corporate - cogs_corporate as gross_profit,
        amount_corporate as earned_amount,
        amount_plan as earned_amount_plan,
        amount_earlier_plan as earned_amount_earlier_plan,
        0 as invoice_lines,
        0 as valued_invoice_lines,
        cast(null as decimal(18, 4)) as invoiced_amount

    from revenue

    union all

    select
        line_id as revenue_id,
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
        invoice_date as recognized_date,
        0 as revenue_events,
        0 as valued_events,
        0 as costed_events,
        cast(null as decimal(18, 4)) as costed_amount,
        cast(null as decimal(18, 4)) as gross_profit,
        cast(null as decimal(18, 4)) as earned_amount,
        cast(null as decimal(18, 4)) as earned_amount_plan,
        cast(null as decimal(18, 4)) as earned_amount_earlier_plan,
        1 as invoice_lines,
        case when amount_corporate is null then 0 else 1 end as valued_invoice_lines,
        amount_corporate as invoiced_amount

    from invoice_lines

)

select * from final
