-- Whom to train or coach in what: the worst quarter of the sellers in each KPI that shows a skill.
with

gaps as (

    select
        *,
        cast({{ dbt.dateadd('month', 3, 'quarter_start') }} as date) as quarter_end

    from {{ ref('skill_gaps') }}

),

trainings as (

    select * from {{ ref('fct_trainings') }}

    where completed_date is not null

),

-- What was learned by then counts, courses and sessions told apart.
learned as (

    select
        gaps.quarter_start,
        gaps.user_id,
        gaps.kpi_id,
        max(case when not trainings.is_coaching then trainings.completed_date end)
            as last_trained_date,
        max(case when trainings.is_coaching then trainings.completed_date end) as last_coached_date

    from gaps

    inner join trainings
        on
            gaps.user_id = trainings.user_id
            and gaps.skill = trainings.skill
            and gaps.quarter_end > trainings.completed_date

    group by gaps.quarter_start, gaps.user_id, gaps.kpi_id

),

final as (

    select
        gaps.quarter_start,
        gaps.is_complete,
        gaps.user_id,
        gaps.team_id,
        gaps.skill,
        gaps.kpi_id,
        gaps.value,
        gaps.sample_size,
        gaps.gap,
        gaps.rank_from_below,
        gaps.compared_sellers,
        gaps.is_need,
        learned.last_trained_date,
        learned.last_coached_date,
        case when gaps.is_need then gaps.hypothesis end as hypothesis,
        case when gaps.is_need then gaps.suggested_action end as suggested_action

    from gaps

    left join learned
        on
            gaps.quarter_start = learned.quarter_start
            and gaps.user_id = learned.user_id
            and gaps.kpi_id = learned.kpi_id

)

select * from final
