with

quotas as (

    select * from {{ ref('stg_crm__quotas') }}

    where reject_reason is null

),

starts as (

    select distinct
        coalesce(user_id, '') as user_id,
        coalesce(team_id, '') as team_id,
        period_start

    from quotas

),

-- A quota that ends on the last day of a month holds that day, unless the next one begins on it.
ended as (

    select
        quotas.*,
        extract(day from quotas.period_end + 1) = 1 and starts.period_start is null
            as is_end_inclusive

    from quotas

    left join starts
        on
            quotas.period_end = starts.period_start
            and coalesce(quotas.user_id, '') = starts.user_id
            and coalesce(quotas.team_id, '') = starts.team_id

),

versioned as (

    select
        *,
        case when is_end_inclusive then period_end + 1 else period_end end as exclusive_end,
        lead(valid_from) over (
            partition by
                user_id,
                team_id,
                period_start,
                case when is_end_inclusive then period_end + 1 else period_end end,
                measure,
                product_family_id,
                region_id,
                segment_id,
                pipeline_id
            order by valid_from asc, updated_at asc nulls first, is_end_inclusive desc
        ) as next_valid_from

    from ended

),

-- A later version of a quota ends the earlier one where it begins.
final as (

    select
        user_id,
        team_id,
        product_family_id,
        region_id,
        segment_id,
        pipeline_id,
        measure,
        currency,
        amount,
        is_ramp,
        period_start,
        exclusive_end as period_end,
        is_end_inclusive,
        valid_from,
        case
            when valid_to + 1 = next_valid_from then next_valid_from
            else least(valid_to, next_valid_from)
        end as valid_to,
        coalesce(next_valid_from < coalesce(valid_to, exclusive_end), false) as is_cut_short,
        updated_at

    from versioned

)

select * from final
