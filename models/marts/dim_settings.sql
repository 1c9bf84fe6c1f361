with

settings as (

    select * from {{ ref('crm_settings') }}

),

final as (

    select
        load_id,
        reporting_tz,
        corporate_currency,
        quota_measure,
        fiscal_year_start_month,
        velocity_window_days,
        velocity_min_closed_deals,
        renewal_grace_days,
        active_customer_months,
        small_sample_wald_below,
        growth_months,
        volatility_window_months,
        volatility_min_months,
        repeat_window_days,
        clv_horizon_days,
        clv_discount_rate,
        min_n_display,
        maturity_open_share,
        activity_repeat_seconds,
        email_reply_days,
        email_sla_hours,
        follow_up_days,
        engagement_days,
        call_conversion_lookback_days,
        forecast_snapshot_offset_days,
        forecast_category_for_accuracy,
        forecast_settling_days,
        won_by_days,
        stage_jump_seconds,
        bottleneck_min_exits,
        rehire_days,
        training_window_days,
        freshness_sla_minutes,
        completeness_warn_share,
        untouched_days,
        follow_up_outcome_days,
        as_of_date,
        snapshot_date,
        as_of,
        loaded_at

    from settings

)

select * from final
