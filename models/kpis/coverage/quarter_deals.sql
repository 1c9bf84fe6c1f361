with

due_deals as (

    select * from {{ ref('kpi_coverage_due_deals') }}

    where period_grain = 'quarter' and is_opening

),

opportunities as (

    select * from {{ ref('fct_opportunities') }}

    where is_won and closed_date is not null

),

sellers as (

    select * from {{ ref('fct_quota_sellers') }}

    where period_grain = 'quarter'

),

quarters as (

    select * from {{ ref('dim_periods') }}

    where period_grain = 'quarter' and is_started

),

-- A deal that was due is of who held it when the quarter began, another of who won it.
won as (

    select
        quarters.period_start,
        opportunities.opportunity_id,
        coalesce(due_deals.owner_id, opportunities.owner_id) as owner_id,
        coalesce(due_deals.region_id, opportunities.region_id) as region_id,
        case
            when due_deals.opportunity_id is not null then 'due'
            when opportunities.created_date >= quarters.period_start then 'created within'
            when opportunities.created_date < quarters.period_start then 'open before'
        end as origin,
        opportunities.amount_plan

    from opportunities

    inner join quarters
        on
            opportunities.closed_date >= quarters.period_start
            and opportunities.closed_date < quarters.period_end

    left join due_deals
        on
            quarters.period_start = due_deals.period_start
            and opportunities.opportunity_id = due_deals.opportunity_id

),

final as (

    select
        won.period_start,
        won.opportunity_id,
        won.owner_id,
        won.region_id,
        case won.origin when 'due' then won.amount_plan end as won_from_opening,
        case won.origin when 'created within' then won.amount_plan end as created_and_closed,
        case won.origin when 'open before' then won.amount_plan end as won_otherwise,
        sellers.team_id,
        sellers.team_date

    from won

    inner join sellers
        on won.period_start = sellers.period_start and won.owner_id = sellers.user_id

)

select * from final
