with

closed_deals as (

    select * from {{ ref('closed_deals') }}

),

velocity_windows as (

    select * from {{ ref('kpi_velocity_windows') }}

),

final as (

    select
        closed_deals.opportunity_id,
        closed_deals.owner_id,
        closed_deals.team_id,
        closed_deals.region_id,
        closed_deals.segment_id,
        closed_deals.lead_source_id,
        closed_deals.pipeline_id,
        closed_deals.closed_date,
        velocity_windows.measured_date,
        closed_deals.decided_deals,
        closed_deals.won_deals,
        closed_deals.sized_deals,
        closed_deals.won_timed_deals,
        closed_deals.won_cycle_days,
        closed_deals.deal_size

    from velocity_windows

    inner join closed_deals
        on
            velocity_windows.measured_date > closed_deals.closed_date
            and velocity_windows.measured_date - velocity_windows.window_days
            <= closed_deals.closed_date

)

select * from final
