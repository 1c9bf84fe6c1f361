-- What is wrong with the data a KPI is made of.
with

inputs as (

    select * from {{ ref('kpi_inputs') }}

),

input_coverage as (

    select * from {{ ref('dim_input_coverage') }}

),

input_columns as (

    select * from {{ ref('dim_input_columns') }}

),

row_conservation as (

    select * from {{ ref('row_conservation') }}

),

checks as (

    select * from {{ ref('data_checks') }}

),

settings as (

    select * from {{ ref('dim_settings') }}

),

-- A flaw of a table is told by the table, one of a column by the column.
judged as (

    select
        inputs.kpi_id,
        inputs.input_name,
        input_coverage.source_table,
        inputs.column_name,
        inputs.column_name is null and coalesce(row_conservation.difference <> 0, false)
            as is_losing_rows,
        inputs.column_name is null
        and input_coverage.source_table = 'opportunities'
        and coalesce(checks.freshness_minutes > 4 * settings.freshness_sla_minutes, false)
            as is_stale,
        cast(input_columns.filled_count as double) / nullif(input_columns.record_count, 0)
        < settings.completeness_warn_share as is_incomplete

    from inputs

    cross join checks

    cross join settings

    left join input_coverage
        on inputs.table_name = input_coverage.table_name

    left join row_conservation
        on input_coverage.source_table = row_conservation.table_name

    left join input_columns
        on
            input_coverage.source_table = input_columns.table_name
            and inputs.column_name = input_columns.column_name

    where inputs.is_delivered

),

final as (

    select
        kpi_id,
        input_name,
        source_table,
        column_name,
        case
            when is_losing_rows then 'loses rows'
            when is_stale then 'is out of date'
            else 'is incomplete'
        end as flaw,
        is_losing_rows or is_stale as is_blocking

    from judged

    where is_losing_rows or is_stale or is_incomplete

)

select * from final
