with

expenses as (

    select * from {{ ref('stg_crm__expenses') }}

    where reject_reason is null

),

lead_sources as (

    select * from {{ ref('stg_crm__lead_sources') }}

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
        coalesce(lead_sources.lead_source_name, expenses.lead_source) as lead_source_id,
        coalesce(expenses.currency, parameters.corporate_currency) as currency,
        expenses.amount,
        expenses.acquisition_share,
        expenses.expense_date

    from expenses

    cross join parameters

    left join lead_sources
        on expenses.lead_source = lead_sources.lead_source

)

select * from final
