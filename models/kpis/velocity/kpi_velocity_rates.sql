with

opportunities as (

    select * from {{ ref('fct_opportunities') }}

    where is_decided

),

velocity_windows as (

    select * from {{ ref('kpi_velocity_windows') }}

),

bridge_members as (

    select * from {{ ref('bridge_opportunity_members') }}

),

team_closure as (

    select * from {{ ref('dim_team_closure') }}

),

closed_in_window as (

    select
        opportunities.opportunity_id,
        opportunities.owner_id,
        opportunities.team_id,
        opportunities.region_id,
        opportunities.segment_id,
        opportunities.lead_source_id,
        opportunities.pipeline_id,
        opportunities.closed_date,
        velocity_windows.measured_date,
        1 as decided_deals,
        case when opportunities.is_won then 1 else 0 end as won_deals,
        case
            when opportunities.is_won and opportunities.amount_corporate is not null then 1 else 0
        end as valued_deals,
        case when opportunities.is_won then opportunities.amount_corporate end as won_amount,
        case when opportunities.is_won and opportunities.cycle_days is not null then 1 else 0 end
            as timed_deals,
        case when opportunities.is_won then opportunities.cycle_days end as won_cycle_days

    from velocity_windows

    inner join opportunities
        on
            velocity_windows.measured_date > opportunities.closed_date
            and velocity_windows.measured_date - velocity_windows.window_days
            <= opportunities.closed_date

),

final as (

    {{ sliced(
        rows='closed_in_window',
        keys=['measured_date'],
        team_date='closed_date',
        attributes=['rep', 'region', 'segment', 'lead_source', 'pipeline'],
        members=['product', 'product_family'],
        counts=['decided_deals', 'won_deals', 'valued_deals', 'timed_deals', 'won_cycle_days'],
        amounts=['won_amount'],
        statistics={
            'median_cycle_days':
                'percentile_cont(0.5) within group (order by cast(won_cycle_days as double))',
        },
        idle=false,
    ) }}

)

select * from final
