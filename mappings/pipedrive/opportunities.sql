-- Pipedrive does not tell new business from old; write your own types into a copy of this file.
select
    deal_id as opportunity_id,
    title as opportunity_name,
    org_id as account_id,
    person_id as primary_contact_id,
    pipeline_id,
    stage,
    owner_id,
    add_time as created_date,
    add_time as created_at,
    left(expected_close_date, 10) as expected_close_date,
    closed_at as closed_date,
    closed_at,
    value as amount,
    currency,
    try_cast(probability as double) / 100 as probability,
    case when state = 'lost' then lost_reason end as loss_reason,
    channel as lead_source,
    update_time as updated_at,
    case when is_gone then 'true' else 'false' end as is_deleted

from _deals
