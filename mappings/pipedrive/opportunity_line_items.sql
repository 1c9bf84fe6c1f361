-- A line is worth all its billings, so its price on the list is that of all of them, too; a line
-- that is switched off is not part of the deal's value.
with

lines as (

    select
        *,
        case
            when lower(billing_frequency) = 'one-time' then 1
            else
                coalesce(
                    try_cast(billing_frequency_cycles as double), try_cast(duration as double), 1
                )
        end as billings,
        case lower(billing_frequency)
            when 'annually' then 12
            when 'semi-annually' then 6
            when 'quarterly' then 3
            when 'monthly' then 1
        end as months

    from deal_product
    where
        coalesce(lower(enabled_flag), 'true') not in ('0', 'false')
        and coalesce(lower(active_flag), 'true') not in ('0', 'false')

)

select
    id as line_id,
    deal_id as opportunity_id,
    coalesce(product_id, name, 'unknown') as product_id,
    quantity,
    try_cast(sum as double) / nullif(try_cast(quantity as double), 0) as unit_price,
    try_cast(item_price as double) * billings as list_price,
    sum as net_amount,
    case when months is null then 'false' else 'true' end as is_recurring,
    cast(months * try_cast(billing_frequency_cycles as double) as bigint) as term_months,
    left(billing_start_date, 10) as start_date

from lines
