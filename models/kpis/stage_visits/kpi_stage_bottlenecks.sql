with

stays as (

    select * from {{ ref('kpi_stage_visits') }}

),

entries as (

    select * from {{ ref('kpi_stage_entries') }}

),

settings as (

    select * from {{ ref('dim_settings') }}

),

-- A stage that hardly anybody left says nothing, of itself or of the average.
known as (

    select
        stays.period_grain,
        stays.period_start,
        stays.dimension,
        stays.dimension_id,
        stays.stage_name,
        stays.left_deals,
        stays.time_in_stage,
        1 - entries.resolved_conversion_rate as drop_off_rate

    from stays

    cross join settings

    inner join entries
        on
            stays.period_grain = entries.period_grain
            and stays.period_start = entries.period_start
            and stays.dimension = entries.dimension
            and stays.dimension_id is not distinct from entries.dimension_id
            and stays.stage_name = entries.stage_name

    where
        stays.left_deals >= settings.bottleneck_min_exits
        and entries.resolved_conversion_rate is not null

),

compared as (

    select
        *,
        avg(time_in_stage) over slice as average_time,
        avg(drop_off_rate) over slice as average_drop_off

    from known

    window slice as (partition by period_grain, period_start, dimension, dimension_id)

),

final as (

    select
        *,
        time_in_stage / nullif(average_time, 0)
        * (drop_off_rate / nullif(average_drop_off, 0)) as stage_bottleneck_index

    from compared

)

select * from final
