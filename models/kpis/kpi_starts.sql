-- A KPI is covered from the month of the first record it counts, unless the load says otherwise.
with

inputs as (

    select * from {{ ref('kpi_inputs') }}

),

measured as (

    select * from {{ ref('kpi_values_measured') }}

    where sample_size > 0 and period_grain <> 'week'

),

input_starts as (

    select
        kpi_id,
        max(covered_from) as covered_from,
        count(distinct table_name) = 1 and count(*) filter (where is_coverage_declared) = 0
            as is_of_one_undeclared_table

    from inputs

    group by kpi_id

),

-- A day or a month tells the month of a record, a quarter or a year does not.
first_records as (

    select
        kpi_id,
        cast(
            {{ dbt.date_trunc(
                'month', "min(case when period_grain in ('day', 'month') then period_start end)"
            ) }} as date
        ) as first_month,
        count(window_start) > 0 as has_window

    from measured

    group by kpi_id

),

-- A window, or a record set against another table's, says nothing before all it looks at begins.
final as (

    select
        input_starts.kpi_id,
        case
            when input_starts.is_of_one_undeclared_table and not first_records.has_window
                then coalesce(first_records.first_month, input_starts.covered_from)
            else input_starts.covered_from
        end as covered_from

    from input_starts

    left join first_records
        on input_starts.kpi_id = first_records.kpi_id

)

select * from final
