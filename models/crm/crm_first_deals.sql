with

opportunities as (

    select * from {{ ref('crm_opportunities') }}

),

starts as (

    select * from {{ ref('crm_opportunity_starts') }}

),

outcomes as (

    select * from {{ ref('crm_opportunity_outcomes') }}

),

-- Test deals and deals of a day after as_of count nowhere, so the data begin with none of them.
final as (

    select
        count(*) as record_count,
        -- Some deals were closed before the CRM knew them.
        min(case when starts.is_known then least(starts.start_date, outcomes.closed_date) end)
            as first_date

    from opportunities

    left join starts
        on opportunities.opportunity_id = starts.opportunity_id

    left join outcomes
        on opportunities.opportunity_id = outcomes.opportunity_id

)

select * from final
