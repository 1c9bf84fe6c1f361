-- Values that break a rule; one for each rule, slice and period, however often it is looked.
with

watched as (

    select
        *,
        (value - baseline_mean) / nullif(baseline_deviation, 0) as z_score

    from {{ ref('watched_values') }}

    where sample_size >= smallest_sample

),

pace_rules as (

    select * from {{ ref('alert_rules') }} where kind = 'pace'

),

targets as (

    select * from {{ ref('judged_targets') }}

    where flaw is null and is_started and not is_complete

),

settings as (

    select * from {{ ref('dim_settings') }}

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

    -- A target is judged by its pace from a quarter of its time on.
    select
        pace_rules.rule_id,
        pace_rules.kind,
        targets.kpi_id,
        targets.period_grain,
        targets.start_date,
        targets.end_date,
        targets.dimension,
        targets.dimension_id,
        targets.gained / targets.to_gain,
        targets.pace,
        null,
        null,
        null,
        coalesce(targets.owner_id, pace_rules.owner),
        pace_rules.diagnostic,
        settings.as_of_date

    from pace_rules

    cross join settings

    inner join targets
        on
            targets.pace >= 0.25
            and targets.gained / targets.to_gain - targets.pace < pace_rules.limit_value

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
