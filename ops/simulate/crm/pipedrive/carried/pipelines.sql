-- A deal without a pipeline is in the one that every company has.
select
    pipeline_of(pipeline_id) as pipeline_id,
    pipeline_name

from pipelines
union all
select
    pipeline_of(null) as pipeline_id,
    'Pipeline' as pipeline_name

where exists (select 1 from opportunities where opportunities.pipeline_id is null)
