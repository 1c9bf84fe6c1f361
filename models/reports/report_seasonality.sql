-- How a month of the year usually is, beside the last one of its name.
with

kpi_values as (

    select * from {{ ref('kpi_values') }}

    where
        period_grain = 'month'
        and dimension = 'total'
        and part = 'all'
        and is_complete
        and value_status = 'ok'

),

catalog as (

    select * from {{ ref('kpi_catalog') }} where method = 'sum' and variant is null

),

months as (

    select
        kpi_values.kpi_id,
        kpi_values.period_start,
        cast(extract(year from kpi_values.period_start) as integer) as year_number,
        cast(extract(month from kpi_values.period_start) as integer) as month_number,
        kpi_values.value,
        kpi_values.prior_year_value

    from kpi_values

    inner join catalog
        on kpi_values.kpi_id = catalog.kpi_id

),

-- A month is held against the mean month of its own year, so that growth is no season; years with
-- fewer than twelve months would hold it against another year's course.
shared as (

    select
        *,
        count(*) over (partition by kpi_id, year_number) as months_of_year,
        avg(value) over (partition by kpi_id, year_number) as mean_month,
        row_number() over (
            partition by kpi_id, month_number order by period_start desc
        ) as years_back

    from months

),

final as (

    select
        kpi_id,
        month_number,
        count(case when months_of_year = 12 then 1 end) as whole_years,
        avg(case when months_of_year = 12 then value / nullif(mean_month, 0) end)
            as seasonal_index,
        max(case when years_back = 1 then period_start end) as last_month,
        max(case when years_back = 1 then value end) as last_value,
        max(case when years_back = 1 then prior_year_value end) as year_before_value,
        max(case when years_back = 1 then value end)
        / nullif(avg(case when months_of_year = 12 then value / nullif(mean_month, 0) end), 0)
            as seasonally_adjusted_value

    from shared

    group by kpi_id, month_number

)

select * from final
