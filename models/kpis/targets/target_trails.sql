-- Can a target be reached? Its KPI's eight periods before it say what is usual there.
with

targets as (

    select * from {{ ref('set_targets') }} where flaw is null

),

base as (

    select * from {{ ref('kpi_values_base') }}

    where part = 'all' and is_complete

),

earlier as (

    select
        targets.target_id,
        targets.good_sign,
        targets.good_sign * cast(targets.target_value as double) as goal,
        case
            when {{ is_trusted('base.value_status') }} then targets.good_sign * base.value
        end as good_value,
        row_number() over (
            partition by targets.target_id order by base.period_start desc
        ) as periods_back

    from targets

    inner join base
        on
            targets.kpi_id = base.kpi_id
            and targets.dimension = base.dimension
            and targets.dimension_id = base.dimension_id
            and targets.period_grain = base.period_grain
            and targets.start_date >= base.period_end

),

-- Values with their sign: the more, the better.
summed as (

    select
        target_id,
        good_sign,
        goal,
        count(good_value) as trailing_count,
        max(case when periods_back = 1 then good_value end) as current_value,
        percentile_cont(0.95) within group (order by cast(good_value as double))
            as ambitious_value,
        count(case when good_value <= goal then 1 end)
        / cast(nullif(count(good_value), 0) as double) as target_percentile

    from earlier

    where periods_back <= 8

    group by target_id, good_sign, goal

),

final as (

    select
        target_id,
        trailing_count,
        good_sign * current_value as current_value,
        good_sign * ambitious_value as ambitious_value,
        target_percentile,
        case
            when goal <= current_value then 'not_challenging'
            when trailing_count < 4 then 'unknown'
            when goal > ambitious_value then 'unrealistic'
            else 'realistic'
        end as feasibility

    from summed

)

select * from final
