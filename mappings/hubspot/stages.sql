select
    pipeline_id,
    stage,
    label as stage_name,
    coalesce(stage_order, 50) as stage_order,
    is_closed,
    is_won,
    probability as default_probability

from _stages
