with

snapshots as (

    select * from {{ ref('fct_pipeline_snapshots') }}

),

opportunities as (

    select * from {{ ref('fct_opportunities') }}

),

quarters as (

    select * from {{ ref('dim_periods') }}

    where period_grain = 'quarter' and is_complete

),

opening_deals as (

    select
        snapshots.opportunity_id,
        snapshots.team_id,
        snapshots.region_id,
        snapshots.segment_id,
        snapshots.pipeline_id,
        quarters.period_start as quarter_start,
        1 as opening_deals,
        snapshots.amount_corporate as opening_amount,
        case
            when
                opportunities.is_won
                and opportunities.closed_date >= quarters.period_start
                and opportunities.closed_date < quarters.period_end
                then opportunities.amount_corporate
        end as won_amount

    from snapshots

    inner join quarters
        on
            snapshots.snapshot_date = quarters.period_start
            and snapshots.expected_close_date >= quarters.period_start
            and snapshots.expected_close_date < quarters.period_end

    left join opportunities
        on snapshots.opportunity_id = opportunities.opportunity_id

),

final as (

    {{ sliced(
        rows='opening_deals',
        keys=['quarter_start'],
        team_date='quarter_start',
        attributes=['region', 'segment', 'pipeline'],
        members=['product', 'product_family'],
        counts=['opening_deals'],
        amounts=['opening_amount', 'won_amount'],
    ) }}

)

select * from final
