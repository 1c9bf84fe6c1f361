with

states as (

    select * from {{ ref('crm_opportunity_states') }}

    where is_current

),

opportunities as (

    select * from {{ ref('crm_opportunities') }}

),

closings as (

    select * from {{ ref('crm_closings') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- A close date without an instant is the business's word; with one, a later date cannot be true.
dated as (

    select
        states.opportunity_id,
        states.stage,
        states.owner_id,
        states.amount,
        states.last_nonzero_amount,
        states.is_open,
        states.is_closed,
        states.is_won,
        states.expected_close_date,
        states.stage_changed_date,
        states.amount_changed_date,
        case
            when not states.is_closed then null
            when coalesce(closings.is_logged or closings.has_observed_closed_at, true)
                then least(opportunities.closed_date, states.stage_changed_date)
            else opportunities.closed_date
        end as closed_date

    from states

    inner join opportunities
        on states.opportunity_id = opportunities.opportunity_id

    left join closings
        on states.opportunity_id = closings.opportunity_id and states.stage = closings.stage

),

-- Some CRMs set the amount of a lost deal to zero; what was lost is what it was worth just before.
flagged as (

    select
        dated.*,
        dated.amount = 0
        and dated.is_closed
        and not dated.is_won
        and dated.last_nonzero_amount is not null
        and dated.amount_changed_date > dated.closed_date - settings.zeroed_amount_days
            as is_amount_restored

    from dated

    cross join settings

),

final as (

    select
        opportunity_id,
        stage,
        owner_id,
        case when is_amount_restored then last_nonzero_amount else amount end as amount,
        is_open,
        is_closed,
        is_won,
        coalesce(is_amount_restored, false) as is_amount_restored,
        expected_close_date,
        stage_changed_date,
        closed_date

    from flagged

)

select * from final
