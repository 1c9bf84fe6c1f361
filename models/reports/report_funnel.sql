with

catalog as (

    select * from {{ ref('kpi_catalog') }}

),

totals as (

    select
        *,
        -- A quarter tells a stage of the funnel best; what has none, its longest or only grain.
        case period_grain
            when 'quarter' then 1 when 'year' then 2 when 'month' then 3 when 'day' then 4 else 5
        end as grain_rank

    from {{ ref('kpi_values') }}

    where dimension = 'total'

),

-- The newest whole period with a value, else the newest there is, which says why it has none.
ranked as (

    select
        *,
        row_number() over (
            partition by kpi_id, part
            order by
                case when value is null then 1 else 0 end asc,
                grain_rank asc,
                case when is_complete then 0 else 1 end asc,
                period_start desc
        ) as period_rank

    from totals

),

stages as (

    select * from (
        values
        ('awareness', 1), ('consideration', 2), ('decision', 3), ('retention', 4), ('enablement', 5)
    ) as listed (funnel_stage, stage_order)

),

final as (

    select
        stages.stage_order,
        stages.funnel_stage,
        catalog.kpi_id,
        catalog.label,
        catalog.tier,
        catalog.unit,
        catalog.direction,
        catalog.availability,
        coalesce(ranked.part, 'all') as part,
        ranked.period_grain,
        ranked.period_start,
        ranked.value,
        ranked.sample_size,
        ranked.value_status,
        ranked.prior_value,
        ranked.prior_year_value,
        ranked.status

    from catalog

    inner join stages
        on catalog.funnel_stage = stages.funnel_stage

    left join ranked
        on catalog.kpi_id = ranked.kpi_id and ranked.period_rank = 1

)

select * from final
