with

line_items as (

    select * from {{ ref('crm_opportunity_line_items') }}

),

opportunities as (

    select * from {{ ref('fct_opportunities') }}

    where is_won and is_decided

),

products as (

    select * from {{ ref('dim_products') }}

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

-- Only a line with a price on the list, a quantity and a value tells what was given away.
priced as (

    select
        *,
        case
            when list_price > 0 and net_amount is not null
                then {{ round_to_decimal('cast(list_price as double) * quantity') }}
        end as list_amount

    from line_items

),

final as (

    select
        priced.line_id,
        priced.opportunity_id,
        coalesce(products.product_id, '-1') as product_id,
        coalesce(products.product_family_id, '-1') as product_family_id,
        opportunities.owner_id,
        opportunities.team_id,
        opportunities.region_id,
        opportunities.segment_id,
        opportunities.lead_source_id,
        opportunities.pipeline_id,
        opportunities.opportunity_type,
        opportunities.closed_date,
        case when rates.spot_rate is null or priced.list_amount is null then 0 else 1 end
            as listed_lines,
        {{ multiply_money('priced.list_amount', 'rates.spot_rate') }} as list_amount,
        {{ multiply_money('priced.list_amount - priced.net_amount', 'rates.spot_rate') }}
            as discount_amount

    from priced

    inner join opportunities
        on priced.opportunity_id = opportunities.opportunity_id

    left join products
        on priced.product_id = products.product_id

    left join rates
        on opportunities.currency = rates.currency and opportunities.closed_date = rates.date_day

)

select * from final
