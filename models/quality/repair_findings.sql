with

repairs as (

    select * from {{ ref('stg_crm__mapping_repairs') }}

),

final as (

    select
        'corrected_by_mapping' as finding,
        table_name,
        column_name,
        record_id,
        cast(null as decimal(18, 4)) as amount_at_stake

    from repairs

)

select * from final
