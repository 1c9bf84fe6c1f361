select
    pipeline_id,
    label as pipeline_name

from deal_pipeline
