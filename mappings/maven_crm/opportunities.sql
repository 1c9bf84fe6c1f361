with

deals as (

    select * from _deals

),

sellers as (

    select * from sales_teams

),

final as (

    select
        deals.opportunity_id,
        deals.account as account_id,
        deals.deal_stage as stage,
        'new' as opportunity_type,
        deals.sales_agent as owner_id,
        -- the day the deal was engaged; a deal that is still prospected has none
        deals.engage_date as created_date,
        case when deals.deal_stage in ('Won', 'Lost') then deals.close_date end as closed_date,
        deals.amount,
        sellers.regional_office as region_id

    from deals
    left join sellers on deals.sales_agent = sellers.sales_agent

)

select * from final
