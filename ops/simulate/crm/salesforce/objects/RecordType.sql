select
    pipeline_id as "Id",
    pipeline_name as "Name",
    'Opportunity' as "SobjectType"

from pipelines
