select
    pipeline_id,
    stage as stage_id,
    stage_name as label,
    stage_order - 1 as display_order,
    is_closed,
    -- In spite of its name it says that a stage is closed.
    is_closed as closed_won,
    cast(default_probability as double) as probability,
    true as active,
    false as _fivetran_deleted

from stages
