with

opportunities as (

    select * from {{ ref('fct_opportunities') }}

    where is_decided and cycle_days is not null

),

period_dates as (

    select * from {{ ref('dim_period_dates') }}

    where period_grain not in ('day', 'week')

),

bridge_members as (

    select * from {{ ref('bridge_opportunity_members') }}

),

team_closure as (

    select * from {{ ref('dim_team_closure') }}

),

member_periods as (

    select * from {{ ref('dim_member_periods') }}

    where period_grain not in ('day', 'week')

),

closed_by_period as (

    select
        opportunities.opportunity_id,
        opportunities.owner_id,
        opportunities.team_id,
        opportunities.region_id,
        opportunities.segment_id,
        opportunities.lead_source_id,
        opportunities.pipeline_id,
        opportunities.opportunity_type,
        opportunities.closed_date,
        period_dates.period_grain,
        period_dates.period_start,
        1 as closed_deals,
        opportunities.cycle_days as closed_cycle_days,
        case when opportunities.is_won then 1 else 0 end as won_deals,
        case when opportunities.is_won then opportunities.cycle_days end as won_cycle_days

    from opportunities

    inner join period_dates
        on opportunities.closed_date = period_dates.date_day

),

counted as (

    {{ sliced(
        rows='closed_by_period',
        team_date='closed_date',
        attributes=['rep', 'region', 'segment', 'lead_source', 'pipeline', 'opportunity_type'],
        members=['product', 'product_family'],
        counts=['closed_deals', 'closed_cycle_days', 'won_deals', 'won_cycle_days'],
        statistics={
            'median_cycle_days':
                'percentile_cont(0.5) within group (order by cast(won_cycle_days as double))',
            'p90_cycle_days':
                'percentile_cont(0.9) within group (order by cast(won_cycle_days as double))',
        },
        short_periods=false,
    ) }}

),

final as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        closed_deals,
        closed_cycle_days,
        won_deals,
        won_cycle_days,
        won_cycle_days / cast(nullif(won_deals, 0) as double) as sales_cycle_length,
        closed_cycle_days / cast(nullif(closed_deals, 0) as double)
            as all_closed_cycle_length,
        median_cycle_days,
        p90_cycle_days

    from counted

)

select * from final
