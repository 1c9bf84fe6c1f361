with

opportunities as (

    select * from {{ ref('fct_opportunities') }}

    where is_won and is_decided and amount_corporate is not null

),

period_dates as (

    select * from {{ ref('dim_period_dates') }}

),

bridge_members as (

    select * from {{ ref('bridge_opportunity_members') }}

),

team_closure as (

    select * from {{ ref('dim_team_closure') }}

),

member_periods as (

    select * from {{ ref('dim_member_periods') }}

),

won_by_period as (

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
        1 as won_deals,
        case when opportunities.amount_corporate > 0 then 1 else 0 end as paid_deals,
        opportunities.amount_corporate as won_amount,
        greatest(opportunities.amount_corporate, 0) as paid_amount

    from opportunities

    inner join period_dates
        on opportunities.closed_date = period_dates.date_day

),

counted as (

    {{ sliced(
        rows='won_by_period',
        team_date='closed_date',
        attributes=['rep', 'region', 'segment', 'lead_source', 'pipeline', 'opportunity_type'],
        members=['product', 'product_family'],
        counts=['won_deals', 'paid_deals'],
        amounts=['won_amount', 'paid_amount'],
        statistics={
            'median_deal_size':
                'percentile_cont(0.5) within group (order by cast(won_amount as double))',
        },
    ) }}

),

final as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        won_deals,
        paid_deals,
        won_amount,
        paid_amount,
        cast(won_amount as double) / cast(nullif(won_deals, 0) as double) as average_deal_size,
        cast(paid_amount as double) / cast(nullif(paid_deals, 0) as double)
            as average_paid_deal_size,
        median_deal_size

    from counted

)

select * from final
