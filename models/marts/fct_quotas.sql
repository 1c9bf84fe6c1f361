with

scoped as (

    select * from {{ ref('crm_quota_scopes') }}

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

-- The plan rate keeps exchange rates from looking like attainment.
converted as (

    select
        scoped.*,
        {{ multiply_money('scoped.amount', 'rates.plan_rate') }} as quota_plan,
        {{ multiply_money('scoped.opening_amount', 'rates.plan_rate') }} as opening_plan

    from scoped

    left join rates
        on
            scoped.currency = rates.currency
            and scoped.period_start = rates.date_day

),

-- A quota with a part of unknown value is unknown: without the part it would be too easy to meet.
summed as (

    select
        quota_level,
        user_id,
        team_id,
        dimension,
        dimension_id,
        cast(
            case when count(quota_plan) = count(*) then sum(quota_plan) end as decimal(38, 4)
        ) as quota_plan,
        period_start,
        period_end,
        rank() over (
            order by {{ days_between('period_start', 'period_end') }} desc, period_start
        ) as precedence,
        cast(
            case when count(opening_plan) = count(*) then sum(opening_plan) end as decimal(38, 4)
        ) as opening_quota_plan

    from converted

    group by 1, 2, 3, 4, 5, 7, 8

),

-- Of two quotas over the same days the longer one counts, of two as long the earlier one.
final as (

    select
        summed.quota_level,
        summed.user_id,
        summed.team_id,
        summed.dimension,
        summed.dimension_id,
        summed.quota_plan,
        summed.period_start,
        summed.period_end,
        count(others.user_id) > 0 as is_superseded,
        max(summed.opening_quota_plan) as opening_quota_plan

    from summed

    left join summed as others
        on
            summed.user_id = others.user_id
            and summed.team_id = others.team_id
            and summed.dimension = others.dimension
            and summed.dimension_id = others.dimension_id
            and summed.period_start < others.period_end
            and summed.period_end > others.period_start
            and summed.precedence > others.precedence

    group by 1, 2, 3, 4, 5, 6, 7, 8

)

select * from final
