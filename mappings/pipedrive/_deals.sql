-- Won and lost are states of a deal whatever stage it stands in, so they are stages of their own
-- here. A deleted deal keeps what it was.
with

told as (

    select
        *,
        case
            when status in ('won', 'lost') then status
            when status = 'deleted' and won_time is not null then 'won'
            when status = 'deleted' and lost_time is not null then 'lost'
            else 'open'
        end as state

    from deal

)

select
    id as deal_id,
    title,
    case
        when starts_with(owner_id, '{') then json_extract_string(owner_id, '$.id') else owner_id
    end as owner_id,
    case
        when starts_with(person_id, '{') then json_extract_string(person_id, '$.value')
        else person_id
    end as person_id,
    case when starts_with(org_id, '{') then json_extract_string(org_id, '$.value') else org_id end
        as org_id,
    pipeline_id,
    stage_id,
    state,
    case when state = 'open' then stage_id else state end as stage,
    value,
    currency,
    probability,
    add_time,
    update_time,
    stage_change_time,
    case
        when state = 'won' then coalesce(won_time, close_time)
        when state = 'lost' then coalesce(lost_time, close_time)
    end as closed_at,
    expected_close_date,
    lost_reason,
    channel,
    coalesce(status = 'deleted', false)
    or regexp_matches(lower(concat_ws(' ', is_deleted, fivetran_deleted)), 'true|1') as is_gone

from told
