with

revenue_events as (

    select * from {{ ref('stg_crm__revenue_events') }}

    where reject_reason is null

),

parameters as (

    select * from {{ ref('crm_parameters') }}

),

final as (

    select
        revenue_events.revenue_id,
        revenue_events.account_id,
        revenue_events.opportunity_id,
        revenue_events.invoice_line_id,
        revenue_events.product_id,
        revenue_events.event_type,
        coalesce(revenue_events.currency, parameters.corporate_currency) as currency,
        revenue_events.amount,
        revenue_events.cogs_amount,
        revenue_events.is_deleted,
        revenue_events.recognized_date,
        revenue_events.updated_at

    from revenue_events

    cross join parameters

)

select * from final
