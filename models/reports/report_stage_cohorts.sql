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

timed as (

    select
        months.period_start as cohort_month,
        months.period_end,
        arrivals.pipeline_id,
        arrivals.stage_name,
        arrivals.stage_order,
        arrivals.days_to_reach

    from arrivals

    inner join months
        on
            arrivals.created_date >= months.period_start
            and arrivals.created_date < months.period_end

),

counted as (

    select
        timed.cohort_month,
        timed.period_end,
        timed.pipeline_id,
        timed.stage_name,
        timed.stage_order,
        horizons.horizon_days,
        count(*) as cohort_deals,
        count(case when timed.days_to_reach <= horizons.horizon_days then 1 end) as reached_deals,
        percentile_cont(0.5) within group (order by cast(timed.days_to_reach as double))
            as median_days_to_reach

    from timed

    cross join horizons

    group by
        timed.cohort_month,
        timed.period_end,
        timed.pipeline_id,
        timed.stage_name,
        timed.stage_order,
        horizons.horizon_days

),

-- A cohort whose youngest deal is not that old says nothing yet.
final as (

    select
        counted.cohort_month,
        counted.pipeline_id,
        counted.stage_name,
        counted.stage_order,
        cast(counted.horizon_days as int) as horizon_days,
        counted.cohort_deals,
        counted.reached_deals,
        counted.median_days_to_reach,
        counted.period_end + counted.horizon_days <= settings.as_of_date as is_mature,
        case
            when counted.period_end + counted.horizon_days <= settings.as_of_date
                then counted.reached_deals / cast(counted.cohort_deals as double)
        end as reached_rate,
        case
            when counted.period_end + counted.horizon_days <= settings.as_of_date
                then {{ wilson_bound('counted.reached_deals', 'counted.cohort_deals', '-') }}
        end as ci_low,
        case
            when counted.period_end + counted.horizon_days <= settings.as_of_date
                then {{ wilson_bound('counted.reached_deals', 'counted.cohort_deals', '+') }}
        end as ci_high

    from counted

    cross join settings

)

select * from final
