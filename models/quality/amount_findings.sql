with

opportunity_values as (

    select * from {{ ref('crm_opportunity_values') }}

),

line_totals as (

    select
        opportunity_id,
        sum(net_amount) as line_amount

    from {{ ref('crm_opportunity_line_items') }}

    group by opportunity_id

),

split_totals as (

    select
        opportunity_id,
        sum(split_rate) as split_rate

    from {{ ref('crm_opportunity_splits') }}

    where split_type = 'revenue'

    group by opportunity_id

),

final as (

    select
        'lines_do_not_add_up' as finding,
        'opportunity_line_items' as table_name,
        'net_amount' as column_name,
        opportunity_values.opportunity_id as record_id,
        opportunity_values.amount_at_stake

    from opportunity_values

    inner join line_totals
        on opportunity_values.opportunity_id = line_totals.opportunity_id

    where abs(line_totals.line_amount - opportunity_values.amount) > 0.01

    union all

    select
        'splits_do_not_add_up' as finding,
        'opportunity_splits' as table_name,
        'split_rate' as column_name,
        opportunity_values.opportunity_id as record_id,
        opportunity_values.amount_at_stake

    from opportunity_values

    inner join split_totals
        on opportunity_values.opportunity_id = split_totals.opportunity_id

    where abs(split_totals.split_rate - 1) > 0.000001

)

select * from final
