-- Deals that a quarter began with or won, of sellers with a quota in it; one row for each deal that
-- was due when the quarter began, and for each that was won in it.
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

won as (

    select
        quarters.period_start,
        opportunities.opportunity_id,
        opportunities.owner_id,
        opportunities.region_id,
        opportunities.segment_id,
        opportunities.amount_plan,
        opportunities.created_date >= quarters.period_start as is_created_within

    from opportunities

    inner join quarters
        on
            opportunities.closed_date >= quarters.period_start
            and opportunities.closed_date < quarters.period_end

),

-- What a deal was worth at the beginning, and what it brought.
deals as (

    select
        due_deals.period_start,
        due_deals.opportunity_id,
        due_deals.owner_id,
        due_deals.region_id,
        due_deals.segment_id,
        due_deals.amount_plan as opening_amount,
        won.amount_plan as won_from_opening,
        cast(null as decimal(18, 4)) as created_and_closed,
        cast(null as decimal(18, 4)) as won_otherwise

    from due_deals

    left join won
        on
            due_deals.period_start = won.period_start
            and due_deals.opportunity_id = won.opportunity_id

    union all

    select
        won.period_start,
        won.opportunity_id,
        won.owner_id,
        won.region_id,
        won.segment_id,
        null,
        null,
        case when won.is_created_within then won.amount_plan end,
        case when not won.is_created_within then won.amount_plan end

    from won

    left join due_deals
        on
            won.period_start = due_deals.period_start
            and won.opportunity_id = due_deals.opportunity_id

    where due_deals.opportunity_id is null

),

final as (

    select
        deals.*,
        sellers.team_id,
        sellers.team_date

    from deals

    inner join sellers
        on deals.period_start = sellers.period_start and deals.owner_id = sellers.user_id

)

select * from final
