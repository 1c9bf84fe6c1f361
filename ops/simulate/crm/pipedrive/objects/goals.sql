select
    md5(concat_ws('|', quotas.user_id, quotas.team_id, quotas.pipeline_id, quotas.period_start))
        as id,
    'Bookings' as title,
    {
        'name': 'deals_won',
        'params': {
            'pipeline_id':
                case
                    when quotas.pipeline_id is not null then [cast(quotas.pipeline_id as bigint)]
                end
        }
    } as type,
    {
        'type': case when quotas.user_id is not null then 'person' else 'team' end,
        'id': cast(coalesce(quotas.user_id, quotas.team_id) as bigint)
    } as assignee,
    {
        'tracking_metric': 'sum',
        'target': cast(quotas.amount as double),
        'currency_id': ascii(quotas.currency) * 1000 + ascii(substr(quotas.currency, 2))
    } as expected_outcome,
    case date_diff('month', cast(quotas.period_start as date), cast(quotas.period_end as date))
        when 1 then 'monthly'
        when 3 then 'quarterly'
        else 'yearly'
    end as interval,
    {
        'start': cast(quotas.period_start as date),
        'end': cast(cast(quotas.period_end as date) - interval 1 day as date)
    } as duration,
    true as is_active

from quotas
union all
select
    'calls' as id,
    'Calls' as title,
    {'name': 'activities_completed', 'params': {'pipeline_id': null}} as type,
    {'type': 'person', 'id': cast(min(user_id) as bigint)} as assignee,
    {'tracking_metric': 'quantity', 'target': 100.0, 'currency_id': null} as expected_outcome,
    'weekly' as interval,
    {'start': date '2026-01-01', 'end': date '2026-03-31'} as duration,
    true as is_active

from users
