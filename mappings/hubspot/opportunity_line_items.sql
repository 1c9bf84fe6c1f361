with

linked as (

    select
        line_item_id,
        deal_id

    from line_item_deal
    union
    select
        unnest(try_cast(line_items as varchar[])) as line_item_id,
        deal_id

    from deal

),

-- Of a line that a merger left on both deals, the one that is left has it.
deals_of_lines as (

    select
        linked.line_item_id,
        min(coalesce(_merged_deals.survivor_id, linked.deal_id)) as deal_id

    from linked
    left join _merged_deals on linked.deal_id = _merged_deals.deal_id
    group by linked.line_item_id

)

select
    line_item.line_item_id as line_id,
    deals_of_lines.deal_id as opportunity_id,
    coalesce(split_part(line_item.hs_product_id, '.', 1), line_item.name, 'unknown') as product_id,
    line_item.quantity,
    try_cast(line_item.amount as double) / nullif(try_cast(line_item.quantity as double), 0)
        as unit_price,
    line_item.price as list_price,
    line_item.amount as net_amount,
    case
        when
            coalesce(line_item.recurringbillingfrequency, line_item.hs_recurring_billing_period)
            is not null
            then 'true'
        else 'false'
    end as is_recurring,
    split_part(line_item.hs_term_in_months, '.', 1) as term_months,
    line_item.hs_recurring_billing_start_date as start_date,
    line_item.hs_recurring_billing_end_date as end_date,
    line_item.hs_cost_of_goods_sold as unit_cost

from line_item
inner join deals_of_lines on line_item.line_item_id = deals_of_lines.line_item_id
where
    not regexp_matches(
        lower(
            concat_ws(' ', line_item.archived, line_item.is_deleted, line_item.fivetran_deleted)
        ),
        'true|1'
    )
