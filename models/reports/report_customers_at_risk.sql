with

signals as (

    select * from {{ ref('fct_customer_signals') }}

),

engagement as (

    select * from {{ ref('fct_account_engagement') }}

),

windows as (

    select * from {{ ref('fct_customer_windows') }}

    where window_months = 12 and is_paying

),

settings as (

    select * from {{ ref('dim_settings') }}

),

activities as (

    select * from {{ ref('dim_input_coverage') }}

    where table_name = 'activities'

),

-- Silence means something only where talks are written down.
judged as (

    select
        signals.measured_date,
        signals.account_id,
        coalesce(engagement.owner_id, '-1') as owner_id,
        coalesce(engagement.team_id, '-1') as team_id,
        coalesce(engagement.region_id, '-1') as region_id,
        coalesce(engagement.segment_id, '-1') as segment_id,
        signals.mrr_corporate,
        signals.due_date,
        coalesce(
            not engagement.is_engaged
            and activities.covered_from <= signals.measured_date - settings.engagement_days,
            false
        ) as is_silent,
        signals.is_unhappy,
        signals.due_date is not null as is_due,
        coalesce(windows.end_mrr_plan < windows.start_mrr_plan, false) as is_shrinking,
        signals.is_lost_after_three_months

    from signals

    cross join settings

    cross join activities

    left join engagement
        on
            signals.measured_date = engagement.measured_date
            and signals.account_id = engagement.account_id

    left join windows
        on
            signals.measured_date = windows.window_end
            and signals.account_id = windows.account_id

),

final as (

    select
        *,
        case when is_silent then 1 else 0 end
        + case when is_unhappy then 1 else 0 end
        + case when is_due then 1 else 0 end
        + case when is_shrinking then 1 else 0 end as signal_count,
        case
            when is_unhappy then 'ask what went wrong and say what will change'
            when is_due then 'agree the renewal'
            when is_silent then 'talk to the customer'
            when is_shrinking then 'find out what is not used any more'
        end as next_step

    from judged

)

select * from final
