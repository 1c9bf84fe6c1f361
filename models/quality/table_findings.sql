with

loads as (

    select * from {{ ref('stg_crm__loads') }}

),

row_conservation as (

    select * from {{ ref('row_conservation') }}

),

final as (

    select
        'table_not_delivered' as finding,
        loads.table_name,
        cast(null as string) as column_name,
        loads.table_name as record_id,
        cast(null as decimal(18, 4)) as amount_at_stake

    from loads

    inner join row_conservation
        on loads.table_name = row_conservation.table_name

    where not loads.is_delivered

    union all

    select
        'table_not_used' as finding,
        loads.table_name,
        cast(null as string) as column_name,
        loads.table_name as record_id,
        cast(null as decimal(18, 4)) as amount_at_stake

    from loads

    left join row_conservation
        on loads.table_name = row_conservation.table_name

    -- A list that a company writes for itself is taken whole or refused: no rows to conserve.
    where
        loads.row_count > 0
        and row_conservation.table_name is null
        and loads.table_name not in (
            'benchmarks', 'lead_sources', 'loss_reasons', 'mapping_repairs'
        )

)

select * from final
