with

scored as (

    select * from {{ ref('scored_kpis') }}

    where goodness is not null and is_comparable

),

rules as (

    select * from {{ ref('dim_skill_rules') }}

),

-- Of fewer than four sellers nobody is the worst quarter.
compared as (

    select
        scored.quarter_start,
        scored.is_complete,
        scored.user_id,
        scored.team_id,
        rules.skill,
        scored.kpi_id,
        rules.hypothesis,
        rules.suggested_action,
        scored.value,
        scored.sample_size,
        scored.goodness,
        count(*) over (partition by scored.quarter_start, scored.kpi_id) as compared_sellers,
        cast(
            rank() over (
                partition by scored.quarter_start, scored.kpi_id order by scored.goodness
            ) as bigint
        ) as rank_from_below

    from scored

    inner join rules
        on scored.kpi_id = rules.kpi_id

),

medians as (

    select
        quarter_start,
        kpi_id,
        percentile_cont(0.5) within group (order by cast(goodness as double)) as median_goodness

    from compared

    group by quarter_start, kpi_id

),

final as (

    select
        compared.*,
        compared.goodness - medians.median_goodness as gap,
        compared.rank_from_below * 4 <= compared.compared_sellers
        and compared.goodness < medians.median_goodness as is_need

    from compared

    inner join medians
        on
            compared.quarter_start = medians.quarter_start
            and compared.kpi_id = medians.kpi_id

)

select * from final
