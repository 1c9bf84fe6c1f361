with

opportunity_line_items as (

    select * from {{ ref('stg_crm__opportunity_line_items') }}

    where reject_reason is null

),

final as (

    select
        line_id,
        opportunity_id,
        product_id,
        quantity,
        unit_price,
        list_price,
        net_amount,
        term_months,
        unit_cost,
        is_recurring,
        start_date,
        end_date

    from opportunity_line_items

)

select * from final
