-- Version 1. A number without decimals that is seen first makes a whole column of such.
select
    id,
    title,
    owner_id as user_id,
    person_id,
    org_id,
    stage_id,
    pipeline_id,
    case when value = floor(value) then cast(value as bigint) end as value,
    case when value <> floor(value) then cast(value as double) end as value__v_double,
    currency,
    case when is_deleted then 'deleted' else status end as status,
    probability,
    add_time,
    update_time,
    stage_change_time,
    close_time,
    won_time,
    lost_time,
    expected_close_date,
    lost_reason,
    channel,
    is_deleted as deleted,
    not is_deleted and status = 'open' as active

from _deals
