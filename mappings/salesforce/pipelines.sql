select
    id as pipeline_id,
    name as pipeline_name

from record_type
where coalesce(sobject_type, 'Opportunity') = 'Opportunity'
