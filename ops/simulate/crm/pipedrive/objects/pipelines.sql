select
    cast(pipeline_id as bigint) as id,
    pipeline_name as name,
    row_number() over (order by pipeline_id) as order_nr,
    false as is_deleted,
    timestamp '2023-01-01 00:00:00' as add_time,
    timestamp '2023-01-01 00:00:00' as update_time

from pipelines
