with

expenses as (

    select * from {{ ref('stg_crm__expenses') }}

    where reject_reason is null

),

parameters as (

    select * from {{ ref('crm_parameters') }}

),

final as (

    select
        expenses.expense_id,
        expenses.user_id,
        expenses.team_id,
        expenses.region_id,
        expenses.product_id,
        expenses.segment_id,
        expenses.campaign_id,
        expenses.category,
        expenses.cost_center,
        expenses.lead_source,
        coalesce(expenses.currency, parameters.corporate_currency) as currency,
        expenses.amount,
        expenses.acquisition_share,
        expenses.expense_date

    from expenses

    cross join parameters

)

select * from final
