with

parameters as (

    select * from {{ ref('stg_crm__settings') }}

),

final as (

    select
        max(case when parameter = 'reporting_tz' then value end) as reporting_tz,
        max(case when parameter = 'corporate_currency' then value end) as corporate_currency,
        max(case when parameter = 'fiscal_year_start_month' then cast(value as int) end)
            as fiscal_year_start_month,
        max(case when parameter = 'velocity_window_days' then cast(value as int) end)
            as velocity_window_days,
        max(case when parameter = 'velocity_min_closed_deals' then cast(value as int) end)
            as velocity_min_closed_deals,
        max(case when parameter = 'calibration_prior_deals' then cast(value as int) end)
            as calibration_prior_deals,
        max(case when parameter = 'renewal_grace_days' then cast(value as int) end)
            as renewal_grace_days,
        max(case when parameter = 'active_customer_months' then cast(value as int) end)
            as active_customer_months,
        max(case when parameter = 'quota_measure' then value end) as quota_measure,
        max(case when parameter = 'long_leave_days' then cast(value as int) end) as long_leave_days,
        max(case when parameter = 'zeroed_amount_days' then cast(value as int) end)
            as zeroed_amount_days,
        max(case when parameter = 'small_sample_wald_below' then cast(value as int) end)
            as small_sample_wald_below,
        max(case when parameter = 'min_n_display' then cast(value as int) end) as min_n_display,
        max(case when parameter = 'maturity_open_share' then cast(value as double) end)
            as maturity_open_share,
        max(case when parameter = 'activity_repeat_seconds' then cast(value as int) end)
            as activity_repeat_seconds,
        max(case when parameter = 'email_reply_days' then cast(value as int) end)
            as email_reply_days,
        max(case when parameter = 'speed_to_lead_sla_minutes' then cast(value as int) end)
            as speed_to_lead_sla_minutes,
        max(case when parameter = 'email_sla_hours' then cast(value as int) end) as email_sla_hours,
        max(case when parameter = 'follow_up_days' then cast(value as int) end) as follow_up_days,
        max(case when parameter = 'engagement_days' then cast(value as int) end) as engagement_days,
        max(case when parameter = 'call_conversion_lookback_days' then cast(value as int) end)
            as call_conversion_lookback_days,
        max(case when parameter = 'forecast_snapshot_offset_days' then cast(value as int) end)
            as forecast_snapshot_offset_days,
        max(case when parameter = 'forecast_category_for_accuracy' then value end)
            as forecast_category_for_accuracy,
        max(case when parameter = 'forecast_settling_days' then cast(value as int) end)
            as forecast_settling_days,
        max(case when parameter = 'as_of' then {{ read_instant('value') }} end) as given_as_of,
        max(case when parameter = 'growth_months' then cast(value as int) end) as growth_months,
        max(case when parameter = 'volatility_window_months' then cast(value as int) end)
            as volatility_window_months,
        max(case when parameter = 'volatility_min_months' then cast(value as int) end)
            as volatility_min_months,
        max(case when parameter = 'repeat_window_days' then cast(value as int) end)
            as repeat_window_days,
        max(case when parameter = 'clv_horizon_days' then cast(value as int) end)
            as clv_horizon_days,
        max(case when parameter = 'clv_discount_rate' then cast(value as double) end)
            as clv_discount_rate,
        max(case when parameter = 'first_contact_days' then cast(value as int) end)
            as first_contact_days,
        max(case when parameter = 'won_by_days' then cast(value as int) end) as won_by_days,
        max(case when parameter = 'stage_jump_seconds' then cast(value as int) end)
            as stage_jump_seconds,
        max(case when parameter = 'bottleneck_min_exits' then cast(value as int) end)
            as bottleneck_min_exits,
        max(case when parameter = 'stalled_no_activity_days' then cast(value as int) end)
            as stalled_no_activity_days,
        max(case when parameter = 'stalled_stage_multiple' then cast(value as double) end)
            as stalled_stage_multiple,
        max(case when parameter = 'stalled_history_days' then cast(value as int) end)
            as stalled_history_days,
        max(case when parameter = 'ramp_threshold' then cast(value as double) end)
            as ramp_threshold,
        max(case when parameter = 'rehire_days' then cast(value as int) end) as rehire_days,
        max(case when parameter = 'training_window_days' then cast(value as int) end)
            as training_window_days,
        max(case when parameter = 'freshness_sla_minutes' then cast(value as int) end)
            as freshness_sla_minutes,
        max(case when parameter = 'completeness_warn_share' then cast(value as double) end)
            as completeness_warn_share,
        max(case when parameter = 'untouched_days' then cast(value as int) end) as untouched_days,
        max(case when parameter = 'follow_up_outcome_days' then cast(value as int) end)
            as follow_up_outcome_days,
        max(case when parameter = 'plausible_years' then cast(value as int) end) as plausible_years,
        max(case when parameter = 'attribution_months' then cast(value as int) end)
            as attribution_months

    from parameters

)

select * from final
