-- Values that break a rule; one for each rule, slice and period, however often it is looked.
with

watched as (

    select
        *,
        (value - baseline_mean) / nullif(baseline_deviation, 0) as z_score

    from {{ ref('watched_values') }}

    where sample_size >= smallest_sample

),

targets as (

    select * from {{ ref('watched_targets') }}

),

broken as (

    select
        rule_id,
        kind,
        kpi_id,
        period_grain,
        period_start,
        period_end,
        dimension,
        dimension_id,
        value,
        case when kind = 'threshold' then limit_value else baseline_mean end as expected_value,
        case when kind = 'deviation' then z_score end as z_score,
        baseline_periods,
        sample_size,
        owner,
        diagnostic,
        period_end as alerted_on

    from watched

    where
        (kind = 'threshold' and is_above and value > limit_value)
        or (kind = 'threshold' and not is_above and value < limit_value)
        or (
            kind = 'deviation'
            and baseline_periods >= fewest_periods
            and abs(z_score) >= limit_value
        )

    union all

    select
        rule_id,
        kind,
        kpi_id,
        period_grain,
        period_start,
        period_end,
        dimension,
        dimension_id,
        progress,
        pace,
        null,
        null,
        null,
        owner,
        diagnostic,
        watched_on

    from targets

    where progress - pace < limit_value

),

final as (

    select
        concat_ws(
            '/',
            rule_id,
            kpi_id,
            period_grain,
            cast(period_start as string),
            dimension,
            dimension_id
        ) as alert_id,
        *

    from broken

)

select * from final
