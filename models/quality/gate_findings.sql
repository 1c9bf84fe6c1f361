with

input_flaws as (

    select * from {{ ref('kpi_input_flaws') }}

),

-- A KPI is named once, though it may read a table under two names, as deals and as customers.
final as (

    select distinct
        case flaw
            when 'loses rows' then 'input_loses_rows'
            when 'is out of date' then 'input_out_of_date'
            else 'input_incomplete'
        end as finding,
        source_table as table_name,
        column_name,
        kpi_id as record_id,
        cast(null as decimal(18, 4)) as amount_at_stake

    from input_flaws

)

select * from final
