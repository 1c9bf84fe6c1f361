with

line_items as (

    select * from {{ ref('crm_opportunity_line_items') }}

),

opportunities as (

    select * from {{ ref('crm_opportunities') }}

    where not is_excluded

),

products_of_deals as (

    select
        line_items.opportunity_id,
        line_items.product_id,
        sum(line_items.net_amount) as net_amount,
        sum(sum(line_items.net_amount)) over (partition by line_items.opportunity_id)
            as lines_amount

    from line_items

    group by line_items.opportunity_id, line_items.product_id

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
shares as (

    select
        opportunity_id,
        product_id,
        cast(
            case
                when lines_amount is not null and shared_amount is not null
                    then cast(net_amount as double) / cast(shared_amount as double)
                else 1.0 / count(*) over (partition by opportunity_id)
            end as decimal(18, 8)
        ) as amount_share,
        amount

    from products_of_headers

),

ranked as (

    select
        opportunity_id,
        product_id,
        amount,
        amount_share,
        row_number() over (
            partition by opportunity_id order by amount_share desc, product_id asc
        ) as product_rank,
        cast(1 - sum(amount_share) over (partition by opportunity_id) as decimal(18, 8))
            as remainder

    from shares

),

-- A remainder within a cent is rounding and goes to the largest product; a larger one is
-- Unallocated.
judged as (

    select
        opportunity_id,
        product_id,
        amount_share,
        remainder,
        product_rank = 1 as is_largest,
        coalesce(abs(cast(amount as double) * remainder) <= 0.01, true) as is_rounding

    from ranked

),

final as (

    select
        opportunity_id,
        product_id,
        cast(
            amount_share + case when is_largest and is_rounding then remainder else 0 end
            as decimal(18, 8)
        ) as amount_share

    from judged

    union all

    select
        opportunity_id,
        'unallocated' as product_id,
        remainder as amount_share

    from judged

    where is_largest and not is_rounding

)

select * from final
