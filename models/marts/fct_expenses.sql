with

expenses as (

    select * from {{ ref('crm_costs') }}

),

rules as (

    select * from {{ ref('stg_crm__expense_allocation_rules') }}

    where reject_reason is null and basis = 'revenue'

),

products as (

    select * from {{ ref('dim_products') }}

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

spread as (

    select distinct expenses.expense_id

    from expenses

    inner join rules
        on
            expenses.category = rules.category
            and coalesce(expenses.expense_date >= rules.valid_from, true)
            and expenses.expense_date < {{ open_end('rules.valid_to') }}

),

final as (

    select
        expenses.expense_id,
        expenses.source_table,
        coalesce(expenses.user_id, '-1') as user_id,
        coalesce(expenses.team_id, '-1') as team_id,
        coalesce(expenses.region_id, '-1') as region_id,
        coalesce(expenses.segment_id, '-1') as segment_id,
        coalesce(products.product_id, '-1') as product_id,
        coalesce(products.product_family_id, '-1') as product_family_id,
        coalesce(expenses.lead_source_id, '-1') as lead_source_id,
        coalesce(expenses.campaign_id, '-1') as campaign_id,
        expenses.category,
        {{ is_selling_cost('expenses.category') }} as is_selling_cost,
        {{ is_marketing_cost('expenses.category') }} as is_marketing_cost,
        expenses.category = 'marketing_media' as is_paid_media,
        expenses.category = 'cogs' as is_cost_of_goods,
        spread.expense_id is not null as is_spread_by_revenue,
        expenses.currency,
        expenses.amount,
        {{ multiply_money('expenses.amount', 'rates.spot_rate') }} as amount_corporate,
        expenses.acquisition_share,
        expenses.expense_date

    from expenses

    cross join settings

    left join spread
        on expenses.expense_id = spread.expense_id

    left join products
        on expenses.product_id = products.product_id

    left join rates
        on expenses.currency = rates.currency and expenses.expense_date = rates.date_day

    where expenses.expense_date < settings.snapshot_date

)

select * from final
