-- prior_value and prior_year_value are the values that stand in the rows of those periods, and
-- nothing while the period runs.
with

kpi_values as (

    select * from {{ ref('kpi_values') }}

),

catalog as (

    select * from {{ ref('kpi_catalog') }}

),


compared as (

    select kpi_values.*

    from kpi_values

    inner join catalog
        on kpi_values.kpi_id = catalog.kpi_id

    where catalog.has_comparison

)

select
    kpi_values.kpi_id,
    kpi_values.period_grain,
    kpi_values.period_start,
    kpi_values.dimension,
    kpi_values.dimension_id,
    kpi_values.is_complete,
    kpi_values.prior_value,
    kpi_values.prior_year_value

from kpi_values

-- The period before ends where this one starts; a year before a week is 52 weeks before, or 53
-- where the year before had so many.
left join compared as earlier
    on
        kpi_values.kpi_id = earlier.kpi_id
        and kpi_values.period_grain = earlier.period_grain
        and kpi_values.period_start = earlier.period_end
        and kpi_values.dimension = earlier.dimension
        and kpi_values.dimension_id = earlier.dimension_id
        and kpi_values.part = earlier.part

left join compared as year_earlier
    on
        kpi_values.kpi_id = year_earlier.kpi_id
        and kpi_values.period_grain = year_earlier.period_grain
        and case
            when kpi_values.period_grain <> 'week'
                then cast({{ dbt.dateadd('year', -1, 'kpi_values.period_start') }} as date)
            when
                extract(week from kpi_values.period_start - 364)
                = extract(week from kpi_values.period_start)
                then kpi_values.period_start - 364
            when
                extract(week from kpi_values.period_start - 371)
                = extract(week from kpi_values.period_start)
                then kpi_values.period_start - 371
        end
        = year_earlier.period_start
        and kpi_values.dimension = year_earlier.dimension
        and kpi_values.dimension_id = year_earlier.dimension_id
        and kpi_values.part = year_earlier.part

where
    kpi_values.prior_value
    is distinct from case when kpi_values.is_complete then earlier.value end
    or kpi_values.prior_year_value
    is distinct from case when kpi_values.is_complete then year_earlier.value end
