select
    key_of('012', number_of(pipeline_id)) as pipeline_id,
    pipeline_name

from pipelines
