-- No value lies outside the bounds that the catalogue gives its KPI, counts are whole, and samples
-- are not negative and marked small below the number that is shown.
with

catalog as (

    select * from {{ ref('kpi_catalog') }}

),

settings as (

    select * from {{ ref('dim_settings') }}

),

kpi_values as (

    select * from {{ ref('kpi_values') }}

)

select
    kpi_values.kpi_id,
    kpi_values.period_grain,
    kpi_values.period_start,
    kpi_values.dimension,
    kpi_values.dimension_id,
    kpi_values.value,
    kpi_values.sample_size,
    catalog.unit,
    catalog.lowest_value,
    catalog.highest_value

from kpi_values

cross join settings

inner join catalog
    on kpi_values.kpi_id = catalog.kpi_id

where
    kpi_values.value < catalog.lowest_value
    or kpi_values.value > catalog.highest_value
    or (catalog.unit = 'count' and kpi_values.value <> floor(kpi_values.value))
    or kpi_values.open_share < 0
    or kpi_values.open_share > 1
    or kpi_values.sample_size is null
    or kpi_values.sample_size < 0
    or kpi_values.is_small_sample <> (kpi_values.sample_size < settings.min_n_display)
