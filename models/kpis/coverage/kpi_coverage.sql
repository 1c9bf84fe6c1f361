with

slices as (

    select * from {{ ref('kpi_coverage_slices') }}

),

compared as (

    select
        *,
        cast(quota_plan - won_to_date as decimal(38, 4)) as remaining_quota

    from slices

),

final as (

    select
        *,
        case
            when remaining_quota > 0
                then cast(open_in_period as double) / cast(remaining_quota as double)
        end as pipeline_coverage,
        cast(open_in_period as double) / cast(quota_plan as double) as full_coverage,
        cast(opening_in_period as double) / cast(opening_quota as double) as day1_coverage,
        cast(won_to_date + open_in_period as double) / cast(quota_plan as double)
            as won_and_open_coverage,
        case when remaining_quota <= 0 then 'quota_met' else 'ok' end as coverage_status

    from compared

)

select * from final
