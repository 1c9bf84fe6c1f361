-- Which open deals need somebody, why, and what came of deals like them.
with

health as (

    select * from {{ ref('fct_pipeline_health') }}

),

signals as (

    select * from {{ ref('fct_deal_signals') }}

),

opportunities as (

    select * from {{ ref('fct_opportunities') }}

),

settings as (

    select * from {{ ref('dim_settings') }}

),

signalled as (

    select
        health.*,
        signals.push_count,
        signals.push_count >= 2 as is_pushed_often,
        signals.meetings_ahead = 0 as is_without_meeting,
        opportunities.is_won,
        opportunities.closed_date,
        health.measured_date + settings.follow_up_outcome_days as followed_until,
        settings.as_of_date

    from health

    cross join settings

    inner join signals
        on
            health.snapshot_date = signals.snapshot_date
            and health.opportunity_id = signals.opportunity_id

    left join opportunities
        on health.opportunity_id = opportunities.opportunity_id

),

-- What may be lost of a deal is its value times the chance of not winning it.
final as (

    select
        snapshot_date,
        measured_date,
        opportunity_id,
        owner_id,
        team_id,
        region_id,
        stage,
        amount_corporate,
        expected_close_date,
        last_two_way_date,
        idle_days,
        stage_days,
        usual_stage_days,
        push_count,
        is_idle,
        is_slow,
        is_overdue,
        is_pushed_often,
        is_without_meeting,
        is_stalled,
        case when is_idle then 1 else 0 end
        + case when is_slow then 1 else 0 end
        + case when is_overdue then 1 else 0 end
        + case when is_pushed_often then 1 else 0 end
        + case when is_without_meeting then 1 else 0 end as signal_count,
        {{ round_to_decimal('amount_corporate * (1 - win_probability)') }} as amount_at_risk,
        case
            when is_overdue then 'agree a new date of close'
            when is_idle then 'talk to the customer'
            when is_slow then 'settle what keeps it in its stage'
            when is_pushed_often then 'ask whether they will buy at all'
            when is_without_meeting then 'book the next meeting'
        end as next_step,
        case
            when as_of_date >= followed_until
                then not coalesce(is_won and closed_date < followed_until, false)
        end as is_unwon_later

    from signalled

)

select * from final
