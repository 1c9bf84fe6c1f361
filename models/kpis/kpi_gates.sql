-- May a KPI be shown as the data stand? What it is made of says so.
with

registered as (

    select * from {{ ref('kpi_registered') }}

),

input_flaws as (

    select * from {{ ref('kpi_input_flaws') }}

),

flawed as (

    select
        kpi_id,
        max(is_blocking) as is_blocked,
        {{ listed("input_name || ' ' || flaw") }} as dq_flaws

    from input_flaws

    group by kpi_id

),

-- What measures the data itself is shown whatever they are like.
final as (

    select
        registered.kpi_id,
        case
            when flawed.kpi_id is null then 'ok'
            when flawed.is_blocked and registered.grain_class <> 'as_of' then 'block'
            else 'warn'
        end as dq_status,
        flawed.dq_flaws

    from registered

    left join flawed
        on registered.kpi_id = flawed.kpi_id

)

select * from final
