with

quotas as (

    select * from {{ ref('crm_quotas') }}

),

users as (

    select * from {{ ref('crm_users') }}

),

parameters as (

    select * from {{ ref('crm_parameters') }}

),

-- Of a seller who was not delivered nothing is known that a quota could be compared with.
known_quotas as (

    select quotas.*

    from quotas

    left join users
        on quotas.user_id = users.user_id

    where
        quotas.user_id is null
        or users.user_id is not null
        or not exists (select 1 from users as any_user)

),

-- Only quotas in the measure of the bookings can be compared with them.
pieces as (

    select
        quotas.user_id,
        case when quotas.user_id is null then quotas.team_id end as team_id,
        quotas.product_family_id,
        quotas.region_id,
        quotas.segment_id,
        quotas.pipeline_id,
        coalesce(quotas.currency, parameters.corporate_currency) as currency,
        quotas.amount,
        quotas.period_start,
        quotas.period_end,
        coalesce(
            quotas.product_family_id, quotas.region_id, quotas.segment_id, quotas.pipeline_id
        ) is null as is_unscoped,
        {{ days_between('quotas.period_start', 'quotas.period_end') }} as period_days,
        {{ days_between(
            'greatest(quotas.period_start, quotas.valid_from)',
            'least(quotas.period_end, quotas.valid_to)',
        ) }} as valid_days,
        -- What the first day knew is a quota for all of the period.
        case when quotas.valid_from > quotas.period_start then 0 else quotas.amount end
            as opening_amount

    from known_quotas as quotas

    cross join parameters

    where coalesce(quotas.measure, parameters.quota_measure) = parameters.quota_measure

),

-- A quota that changed within its period is the sum of its pieces, each for the days it held.
final as (

    select
        user_id,
        team_id,
        product_family_id,
        region_id,
        segment_id,
        pipeline_id,
        currency,
        {{ round_to_decimal('cast(amount as double) * valid_days / period_days') }} as amount,
        is_unscoped,
        max(case when is_unscoped then 1 else 0 end) over (
            partition by user_id, team_id, period_start, period_end
        ) = 1 as has_unscoped,
        period_start,
        period_end,
        opening_amount

    from pieces

    where valid_days > 0

)

select * from final
