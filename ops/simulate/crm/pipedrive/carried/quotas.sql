-- A goal is of a person or a team, for whole months, quarters or years, and of nothing narrower
-- than a pipeline.
select
    user_of(user_id) as user_id,
    case when user_id is null then key_of('8', team_id) end as team_id,
    period_start,
    period_end,
    case when pipeline_id is not null then pipeline_of(pipeline_id) end as pipeline_id,
    amount,
    currency

from quotas
where
    coalesce(user_id, team_id) is not null
    and coalesce(measure, 'bookings_acv') in ('bookings_acv', 'bookings_tcv', 'revenue')
    and product_family_id is null
    and region_id is null
    and segment_id is null
    and valid_from is null
    and cast(period_end as date) in (
        cast(period_start as date) + interval 1 month,
        cast(period_start as date) + interval 3 month,
        cast(period_start as date) + interval 1 year
    )
