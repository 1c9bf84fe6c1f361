-- A value with a target is on it or off it by the direction of the KPI once its period is complete,
-- and running before (G-10); without a target it is neither.
with

kpi_values as (

    select * from {{ ref('kpi_values') }}

),

catalog as (

    select * from {{ ref('kpi_catalog') }}

)

select
    kpi_values.kpi_id,
    kpi_values.period_grain,
    kpi_values.period_start,
    kpi_values.dimension,
    kpi_values.dimension_id,
    kpi_values.value,
    kpi_values.target_value,
    kpi_values.status,
    catalog.direction

from kpi_values

inner join catalog
    on kpi_values.kpi_id = catalog.kpi_id

where
    case
        when
            kpi_values.target_value is null or catalog.direction not in ('higher', 'lower')
            then kpi_values.status <> 'no_target'
        when not kpi_values.is_complete then kpi_values.status <> 'running'
        when kpi_values.value is null then kpi_values.status <> 'no_target'
        when kpi_values.value = kpi_values.target_value then kpi_values.status <> 'on_target'
        when (kpi_values.value > kpi_values.target_value) = (catalog.direction = 'higher')
            then kpi_values.status <> 'on_target'
        else kpi_values.status <> 'off_target'
    end
