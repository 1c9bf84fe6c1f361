with

registered as (

    select * from {{ ref('kpi_registered') }}

),

starts as (

    select * from {{ ref('kpi_starts') }}

),

inputs as (

    select * from {{ ref('kpi_inputs') }}

),

gates as (

    select * from {{ ref('kpi_gates') }}

),

availability as (

    select
        kpi_id,
        count(*) filter (where not is_delivered) as missing_count,
        {{ listed('case when not is_delivered then input_name end') }} as missing_inputs,
        min(covered_to) as covered_to

    from inputs

    group by kpi_id

),

final as (

    select
        registered.*,
        -- What compares other KPIs is there with them.
        case
            when availability.missing_count = 0 then 'available'
            when availability.kpi_id is null and registered.is_made_of_kpis then 'available'
            else 'input_missing'
        end as availability,
        availability.missing_inputs,
        starts.covered_from,
        availability.covered_to,
        gates.dq_status,
        gates.dq_flaws

    from registered

    left join availability
        on registered.kpi_id = availability.kpi_id

    left join starts
        on registered.kpi_id = starts.kpi_id

    left join gates
        on registered.kpi_id = gates.kpi_id

)

select * from final
