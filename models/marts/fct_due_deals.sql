with

due as (

    select * from {{ ref('fct_expected_closes') }}

),

states as (

    select * from {{ ref('crm_opportunity_states') }}

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

-- A deal that is still open and still expected in time is due while the period runs.
judged as (

    select
        due.period_grain,
        due.period_start,
        due.period_end,
        due.is_complete,
        due.opportunity_id,
        due.owner_id,
        due.team_id,
        due.region_id,
        due.segment_id,
        due.pipeline_id,
        due.stage,
        due.amount_corporate,
        due.expected_close_date,
        states.expected_close_date as new_close_date,
        {{ multiply_money('states.amount', 'rates.spot_rate') }} as new_amount_corporate,
        case
            when states.opportunity_id is null then 'deleted'
            when states.is_won then 'won'
            when states.is_closed then 'lost'
            when states.expected_close_date >= due.period_end then 'slipped_pushed'
            when not due.is_complete and states.expected_close_date >= due.closing_date then 'due'
            else 'slipped_overdue'
        end as outcome

    from due

    left join states
        on
            due.opportunity_id = states.opportunity_id
            and due.closing_snapshot_date >= states.snapshot_from_date
            and due.closing_snapshot_date < {{ open_end('states.snapshot_to_date') }}

    left join rates
        on states.currency = rates.currency and due.closing_date = rates.date_day

),

final as (

    select
        *,
        is_complete and outcome <> 'deleted' as is_judged,
        case when period_grain = 'month' then period_start end as due_month

    from judged

)

select * from final
