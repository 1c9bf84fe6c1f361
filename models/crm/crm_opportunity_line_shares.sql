with

line_items as (

    select * from {{ ref('crm_opportunity_line_items') }}

),

products as (

    select * from {{ ref('crm_products') }}

),

-- A product that the table does not hold is an unknown one, not one named by its key.
known_line_items as (

    select
        line_items.opportunity_id,
        line_items.net_amount,
        coalesce(
            {{ known_member('line_items.product_id', 'products.product_id', 'products') }}, '-1'
        ) as product_id

    from line_items

    left join products
        on line_items.product_id = products.product_id

),

-- A negative amount is an error of entry on any other type; nothing can be a share of it.
opportunities as (

    select
        opportunity_id,
        case when amount >= 0 or opportunity_type in ('credit', 'contraction') then amount end
            as amount

    from {{ ref('crm_opportunities') }}

    where not is_excluded

),

products_of_deals as (

    select
        opportunity_id,
        product_id,
        sum(net_amount) as net_amount,
        sum(sum(net_amount)) over (partition by opportunity_id) as lines_amount

    from known_line_items

    group by opportunity_id, product_id

),

-- A header without money is shared as its lines are.
products_of_headers as (

    select
        opportunities.opportunity_id,
        coalesce(products_of_deals.product_id, 'unallocated') as product_id,
        opportunities.amount,
        coalesce(nullif(opportunities.amount, 0), nullif(products_of_deals.lines_amount, 0))
            as shared_amount,
        products_of_deals.lines_amount,
        coalesce(products_of_deals.net_amount, 0) as net_amount

    from opportunities

    left join products_of_deals
        on opportunities.opportunity_id = products_of_deals.opportunity_id

),

-- Without money on the header or the lines, each product of the deal stands for an equal part.
final as (

    select
        opportunity_id,
        product_id,
        amount,
        case
            when lines_amount is not null and shared_amount is not null
                then {{ round_to_decimal(
                    'cast(net_amount as double) / cast(shared_amount as double)', 18, 8
                ) }}
            else {{ round_to_decimal(
                'cast(1 as double) / count(*) over (partition by opportunity_id)', 18, 8
            ) }}
        end as amount_share

    from products_of_headers

)

select * from final
