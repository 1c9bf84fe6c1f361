-- What would pipeline velocity be with one of its levers a tenth better?
with

velocity as (

    select * from {{ ref('kpi_velocity') }}

    where period_grain not in ('day', 'week') and pipeline_velocity > 0

),

periods as (

    select * from {{ ref('dim_periods') }} where is_complete

),

last_periods as (

    select
        period_grain,
        max(period_start) as period_start

    from periods

    group by period_grain

),

-- A cycle that is a tenth better is a tenth shorter.
levers as (

    select
        lever,
        change

    from (
        values
        ('open_deals', 0.1), ('deal_size', 0.1), ('win_rate', 0.1), ('cycle_days', -0.1)
    ) as levers (lever, change)

),

changed as (

    select
        velocity.period_grain,
        velocity.period_start,
        velocity.dimension,
        velocity.dimension_id,
        levers.lever,
        cast(levers.change as double) as change,
        velocity.pipeline_velocity as velocity,
        velocity.open_deals
        * case when levers.lever = 'open_deals' then 1 + cast(levers.change as double) else 1 end
            as open_deals,
        velocity.window_deal_size
        * case when levers.lever = 'deal_size' then 1 + cast(levers.change as double) else 1 end
            as deal_size,
        velocity.window_win_rate
        * case when levers.lever = 'win_rate' then 1 + cast(levers.change as double) else 1 end
            as win_rate,
        velocity.window_cycle_days
        * case when levers.lever = 'cycle_days' then 1 + cast(levers.change as double) else 1 end
            as cycle_days

    from velocity

    inner join last_periods
        on
            velocity.period_grain = last_periods.period_grain
            and velocity.period_start = last_periods.period_start

    cross join levers

),

final as (

    select
        *,
        open_deals * deal_size * win_rate / nullif(cycle_days, 0) as changed_velocity,
        open_deals * deal_size * win_rate / nullif(cycle_days, 0) / velocity - 1 as effect

    from changed

)

select * from final
