select
    cast(opportunities.opportunity_id as bigint) as id,
    opportunities.opportunity_name as title,
    cast(opportunities.owner_id as bigint) as owner_id,
    cast(opportunities.primary_contact_id as bigint) as person_id,
    cast(opportunities.account_id as bigint) as org_id,
    cast(steps.stage as bigint) as stage_id,
    cast(opportunities.pipeline_id as bigint) as pipeline_id,
    cast(opportunities.amount as decimal(18, 2)) as value,
    opportunities.currency,
    case when opportunities.stage in ('won', 'lost') then opportunities.stage else 'open' end
        as status,
    cast(round(100 * cast(opportunities.probability as double)) as integer) as probability,
    cast(opportunities.created_at as timestamp) as add_time,
    cast(opportunities.updated_at as timestamp) as update_time,
    cast(steps.moved_at as timestamp) as stage_change_time,
    cast(opportunities.closed_at as timestamp) as close_time,
    case when opportunities.stage = 'won' then cast(opportunities.closed_at as timestamp) end
        as won_time,
    case when opportunities.stage = 'lost' then cast(opportunities.closed_at as timestamp) end
        as lost_time,
    cast(opportunities.expected_close_date as date) as expected_close_date,
    opportunities.loss_reason as lost_reason,
    opportunities.lead_source as channel,
    'ManuallyCreated' as origin,
    opportunities.is_deleted = 'true' as is_deleted,
    -- Some that have ended are taken out of sight.
    opportunities.stage in ('won', 'lost')
    and opportunities.is_deleted is distinct from 'true'
    and cast(opportunities.opportunity_id as bigint) // 1000 % 9 = 0 as is_archived

from opportunities
left join _steps_now as steps on opportunities.opportunity_id = steps.opportunity_id
