select
    _deals.*,
    cast(opportunities.deleted_at as timestamp) as "archivedAt"

from _deals
inner join opportunities on _deals.id = opportunities.opportunity_id
where _deals.archived
