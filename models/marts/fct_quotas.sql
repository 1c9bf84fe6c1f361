with

pieces as (

    select * from {{ ref('crm_quota_pieces') }}

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

-- The plan rate keeps exchange rates from looking like attainment.
converted as (

    select
        case when pieces.user_id is null then 'team' else 'rep' end as quota_level,
        coalesce(pieces.user_id, '-1') as user_id,
        coalesce(pieces.team_id, '-1') as team_id,
        pieces.product_family_id,
        pieces.region_id,
        pieces.segment_id,
        pieces.pipeline_id,
        pieces.is_unscoped or not pieces.has_unscoped as is_whole_quota,
        {{ multiply_money('pieces.amount', 'rates.plan_rate') }} as quota_plan,
        pieces.period_start,
        pieces.period_end

    from pieces

    left join rates
        on
            pieces.currency = rates.currency
            and pieces.period_start = rates.date_day

),

-- A row with a scope is the quota of that slice; the whole is the unscoped rows, or else all rows.
scoped as (

    select *, 'total' as dimension, 'all' as dimension_id from converted
    where is_whole_quota

    union all

    select *, 'product_family' as dimension, product_family_id as dimension_id from converted
    where product_family_id is not null

    union all

    select *, 'region' as dimension, region_id as dimension_id from converted
    where region_id is not null

    union all

    select *, 'segment' as dimension, segment_id as dimension_id from converted
    where segment_id is not null

    union all

    select *, 'pipeline' as dimension, pipeline_id as dimension_id from converted
    where pipeline_id is not null

),

-- A quota with a part of unknown value is unknown: without the part it would be too easy to meet.
final as (

    select
        quota_level,
        user_id,
        team_id,
        dimension,
        dimension_id,
        try_cast(
            case when count(quota_plan) = count(*) then sum(quota_plan) end as decimal(18, 4)
        ) as quota_plan,
        period_start,
        period_end

    from scoped

    group by quota_level, user_id, team_id, dimension, dimension_id, period_start, period_end

)

select * from final
