with

sellers as (

    select * from {{ ref('kpi_coverage_sellers') }}

),

team_closure as (

    select * from {{ ref('dim_team_closure') }}

),

sliced as (

    select sellers.*, dimension as slice, dimension_id as slice_id from sellers

    union all

    select sellers.*, 'rep', user_id from sellers where dimension = 'total'

    union all

    select sellers.*, 'team', team_closure.ancestor_team_id
    from sellers
    inner join team_closure
        on
            sellers.team_id = team_closure.team_id
            and sellers.team_date >= team_closure.valid_from
            and sellers.team_date < {{ open_end('team_closure.valid_to') }}
    where sellers.dimension = 'total'

),

summed as (

    select
        period_grain,
        period_start,
        slice as dimension,
        slice_id as dimension_id,
        cast(sum(due_deals) as bigint) as due_deals,
        cast(sum(opening_deals) as bigint) as opening_deals,
        cast(sum(open_in_period) as decimal(38, 4)) as open_in_period,
        cast(sum(opening_in_period) as decimal(38, 4)) as opening_in_period,
        cast(sum(quota_plan) as decimal(38, 4)) as quota_plan,
        cast(sum(won_to_date) as decimal(38, 4)) as won_to_date,
        cast(sum(quota_plan - won_to_date) as decimal(38, 4)) as remaining_quota

    from sliced

    group by period_grain, period_start, slice, slice_id

),

final as (

    select
        *,
        case
            when remaining_quota > 0
                then cast(open_in_period as double) / cast(remaining_quota as double)
        end as pipeline_coverage,
        cast(open_in_period as double) / cast(quota_plan as double) as full_coverage,
        cast(opening_in_period as double) / cast(quota_plan as double) as day1_coverage,
        cast(won_to_date + open_in_period as double) / cast(quota_plan as double)
            as won_and_open_coverage,
        case when remaining_quota <= 0 then 'quota_met' else 'ok' end as coverage_status

    from summed

)

select * from final
