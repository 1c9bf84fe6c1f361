-- Where parts add up over time, the records behind a KPI are as many over all weeks as over all
-- months, quarters and years: a grain that loses or repeats a day shows up here, weeks included,
-- though weeks nest in nothing.
with

catalog as (

    select * from {{ ref('kpi_catalog') }}

    where parts_additivity = 'A'

),

kpi_values as (

    select * from {{ ref('kpi_values') }}

),

records as (

    select
        kpi_id,
        period_grain,
        dimension,
        dimension_id,
        part,
        sum(sample_size) as record_count

    from kpi_values

    group by kpi_id, period_grain, dimension, dimension_id, part

),

grains as (

    select distinct period_grain from kpi_values

)

select
    monthly.kpi_id,
    grains.period_grain,
    monthly.dimension,
    monthly.dimension_id,
    monthly.record_count as monthly_record_count,
    coalesce(records.record_count, 0) as record_count

from records as monthly

inner join catalog
    on monthly.kpi_id = catalog.kpi_id

inner join grains
    on {{ is_listed_in('grains.period_grain', 'catalog.valid_grains') }}

left join records
    on
        monthly.kpi_id = records.kpi_id
        and grains.period_grain = records.period_grain
        and monthly.dimension = records.dimension
        and monthly.dimension_id = records.dimension_id
        and monthly.part = records.part

where
    monthly.period_grain = 'month'
    and {{ is_kept_at_grain('grains.period_grain', 'monthly.dimension') }}
    and monthly.record_count <> coalesce(records.record_count, 0)
