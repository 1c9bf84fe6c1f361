with

calls as (

    select * from {{ ref('crm_forecast_calls') }}

),

periods as (

    select * from {{ ref('crm_forecast_periods') }}

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- Forecasts convert at the plan rate, so that exchange rates do not look like errors.
placed as (

    select
        calls.*,
        periods.team_id,
        periods.team_date,
        periods.team_id_now,
        calls.is_counted and coalesce(not periods.is_superseded, false) as is_in_use,
        {{ multiply_money('calls.amount', 'rates.plan_rate') }} as amount_plan,
        {{ to_instant(
            'calls.period_start + settings.forecast_snapshot_offset_days', 'settings.reporting_tz'
        ) }} as deadline_at,
        calls.category = settings.forecast_category_for_accuracy as is_of_category

    from calls

    cross join settings

    left join periods
        on
            calls.submitter_id = periods.submitter_id
            and calls.forecast_level = periods.forecast_level
            and coalesce(calls.call_team_id, '-1') = periods.call_team_id
            and calls.dimension = periods.dimension
            and calls.dimension_id = periods.dimension_id
            and calls.period_start = periods.period_start
            and calls.period_end = periods.period_end

    left join rates
        on calls.currency = rates.currency and calls.period_start = rates.date_day

),

-- The last call before the deadline decides; one on the instant of the deadline is late.
final as (

    select
        submission_id,
        submitter_id,
        forecast_level,
        coalesce(team_id, '-1') as team_id,
        team_date,
        coalesce(team_id_now, '-1') as team_id_now,
        category,
        method,
        override_of,
        dimension,
        dimension_id,
        currency,
        amount,
        amount_plan,
        period_start,
        period_end,
        submitted_at,
        superseded_at,
        deadline_at,
        is_in_use,
        is_in_use
        and is_of_category
        and amount_plan is not null
        and submitted_at < deadline_at
        and coalesce(superseded_at >= deadline_at, true) as is_call,
        is_in_use
        and is_of_category
        and amount_plan is not null
        and superseded_at is null as is_latest,
        is_call and forecast_level = 'rep' and dimension = 'total' as is_scored

    from placed

)

select * from final
