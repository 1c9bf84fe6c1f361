-- What was due in a period, what became of it, and how often it had been put off.
with

due_deals as (

    select * from {{ ref('fct_due_deals') }}

),

health as (

    select * from {{ ref('fct_pipeline_health') }}

),

pushed as (

    select * from {{ ref('fct_due_deal_pushes') }}

),

opportunities as (

    select * from {{ ref('fct_opportunities') }}

),

settings as (

    select as_of_date, follow_up_outcome_days as later_days from {{ ref('dim_settings') }}

),

-- What came of a deal that slipped is told once it was won or follow_up_outcome_days have passed.
final as (

    select
        due_deals.period_grain,
        due_deals.period_start,
        due_deals.opportunity_id,
        due_deals.owner_id,
        due_deals.team_id,
        due_deals.region_id,
        due_deals.stage,
        due_deals.amount_corporate,
        due_deals.new_amount_corporate,
        due_deals.expected_close_date,
        due_deals.new_close_date,
        due_deals.outcome,
        due_deals.outcome in ('slipped_pushed', 'slipped_overdue') as is_slipped,
        case
            when due_deals.outcome = 'slipped_pushed'
                then
                    {{ days_between('due_deals.expected_close_date', 'due_deals.new_close_date') }}
            when due_deals.outcome = 'slipped_overdue'
                then {{ days_between(
                    'due_deals.expected_close_date',
                    'least(due_deals.period_end, settings.as_of_date)'
                ) }}
        end as days_slipped,
        coalesce(pushed.push_count, 0) as push_count,
        coalesce(pushed.late_push_count, 0) > 0 as is_pushed_late,
        health.last_two_way_date,
        case
            when due_deals.outcome not in ('slipped_pushed', 'slipped_overdue') then null
            when
                opportunities.is_won
                and opportunities.closed_date >= due_deals.period_end
                and opportunities.closed_date < due_deals.period_end + settings.later_days
                then true
            when settings.as_of_date >= due_deals.period_end + settings.later_days then false
        end as is_won_later

    from due_deals

    cross join settings

    left join pushed
        on
            due_deals.period_grain = pushed.period_grain
            and due_deals.period_start = pushed.period_start
            and due_deals.opportunity_id = pushed.opportunity_id

    left join health
        on
            due_deals.period_start = health.snapshot_date
            and due_deals.opportunity_id = health.opportunity_id

    left join opportunities
        on due_deals.opportunity_id = opportunities.opportunity_id

)

select * from final
