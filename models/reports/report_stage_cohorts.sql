-- Of the deals opened in a month, how many got how far in how many days.
with

arrivals as (

    select * from {{ ref('fct_stage_arrivals') }}

),

months as (

    select * from {{ ref('dim_periods') }}

    where period_grain = 'month'

),

settings as (

    select * from {{ ref('dim_settings') }}

),

horizons as (

    select horizon_days from (values (30), (60), (90), (180)) as horizons (horizon_days)

),

-- A cohort whose youngest deal is not that old says nothing yet.
timed as (

    select
        months.period_start as cohort_month,
        arrivals.pipeline_id,
        arrivals.stage_name,
        arrivals.stage_order,
        arrivals.days_to_reach,
        cast(horizons.horizon_days as int) as horizon_days,
        months.period_end + horizons.horizon_days <= settings.as_of_date as is_mature

    from arrivals

    cross join horizons

    cross join settings

    inner join months
        on
            arrivals.created_date >= months.period_start
            and arrivals.created_date < months.period_end

),

counted as (

    select
        cohort_month,
        pipeline_id,
        stage_name,
        stage_order,
        horizon_days,
        is_mature,
        count(*) as cohort_deals,
        count(case when days_to_reach <= horizon_days then 1 end) as reached_deals,
        percentile_cont(0.5) within group (order by cast(days_to_reach as double))
            as median_days_to_reach

    from timed

    group by cohort_month, pipeline_id, stage_name, stage_order, horizon_days, is_mature

),

final as (

    select
        *,
        case when is_mature then reached_deals / cast(cohort_deals as double) end as reached_rate,
        case when is_mature then {{ wilson_bound('reached_deals', 'cohort_deals', '-') }} end
            as ci_low,
        case when is_mature then {{ wilson_bound('reached_deals', 'cohort_deals', '+') }} end
            as ci_high

    from counted

)

select * from final
