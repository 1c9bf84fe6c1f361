select
    pipeline_id as id,
    pipeline_name as label,
    timestamp '2023-01-01 00:00:00' as updated_at,
    false as archived,
    'pipeline' || pipeline_id as _dlt_id

from pipelines
