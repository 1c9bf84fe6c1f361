-- Who is doing well, why, and what coaching helps? No composite score: each KPI stands by itself.
with

scored as (

    select * from {{ ref('scored_kpis') }}

),

changes as (

    select * from {{ ref('report_bookings_change') }}

    where dimension = 'rep'

),

-- The share of the comparable others of the team that a seller leaves behind.
final as (

    select
        scored.*,
        case
            when
                {{ dbt.dateadd('month', 9, 'lag(scored.quarter_start, 3) over by_quarter') }}
                = scored.quarter_start
                then (
                    3 * (scored.value - lag(scored.value, 3) over by_quarter)
                    + lag(scored.value, 1) over by_quarter
                    - lag(scored.value, 2) over by_quarter
                ) / 10
        end as trend_of_four,
        case
            when scored.is_comparable and scored.goodness is not null
                then
                    (rank() over peers - 1)
                    / cast(nullif(count(*) over all_peers - 1, 0) as double)
        end as team_percentile,
        case
            when scored.is_comparable and scored.goodness is not null then count(*) over all_peers
        end as compared_sellers,
        case when scored.kpi_id = 'bookings' then changes.volume_effect end as volume_effect,
        case when scored.kpi_id = 'bookings' then changes.rate_effect end as rate_effect,
        case when scored.kpi_id = 'bookings' then changes.size_effect end as size_effect

    from scored

    left join changes
        on scored.quarter_start = changes.period_start and scored.user_id = changes.dimension_id

    window
        by_quarter as (
            partition by scored.kpi_id, scored.user_id order by scored.quarter_start
        ),
        all_peers as (
            partition by
                scored.quarter_start, scored.kpi_id, scored.team_id, scored.is_comparable,
                scored.goodness is null
        ),
        peers as (
            partition by
                scored.quarter_start, scored.kpi_id, scored.team_id, scored.is_comparable,
                scored.goodness is null
            order by scored.goodness
        )

)

select * from final
