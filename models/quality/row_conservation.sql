with

accepted as (

    select * from {{ ref('accepted_counts') }}

),

loads as (

    select * from {{ ref('stg_crm__loads') }}

),

rejected_rows as (

    select * from {{ ref('rejected_rows') }}

),

rejected as (

    select
        table_name,
        count(*) as rejected_rows

    from rejected_rows

    group by table_name

),

final as (

    select
        accepted.table_name,
        loads.row_count + loads.rejected_line_count as raw_rows,
        accepted.accepted_rows,
        coalesce(rejected.rejected_rows, 0) as rejected_rows,
        loads.row_count + loads.rejected_line_count
        - accepted.accepted_rows - coalesce(rejected.rejected_rows, 0) as difference

    from accepted

    left join rejected
        on accepted.table_name = rejected.table_name

    left join loads
        on accepted.table_name = loads.table_name

)

select * from final
