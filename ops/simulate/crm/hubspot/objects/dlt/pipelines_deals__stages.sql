select
    stage as id,
    stage_name as label,
    stage_order - 1 as display_order,
    cast(is_closed as varchar) as metadata__is_closed,
    cast(cast(default_probability as double) as varchar) as metadata__probability,
    'pipeline' || pipeline_id as _dlt_parent_id,
    stage_order - 1 as _dlt_list_idx

from stages
