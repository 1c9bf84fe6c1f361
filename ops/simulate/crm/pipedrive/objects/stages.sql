select
    cast(stage as bigint) as id,
    stage_name as name,
    cast(pipeline_id as bigint) as pipeline_id,
    stage_order as order_nr,
    cast(round(100 * default_probability) as integer) as deal_probability,
    false as is_deleted,
    timestamp '2023-01-01 00:00:00' as add_time,
    timestamp '2023-01-01 00:00:00' as update_time

from stages
where pipeline_id is not null
