with

states as (

    select * from {{ ref('crm_opportunity_states') }}

    where is_in_pipeline

),

attributes as (

    select * from {{ ref('crm_opportunity_attributes') }}

),

snapshot_dates as (

    select * from {{ ref('dim_snapshot_dates') }}

),

rep_teams as (

    select * from {{ ref('crm_rep_teams') }}

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

probabilities as (

    select * from {{ ref('fct_stage_probabilities') }}

),

final as (

    select
        snapshot_dates.snapshot_date,
        snapshot_dates.measured_date,
        states.opportunity_id,
        coalesce(states.owner_id, '-1') as owner_id,
        coalesce(rep_teams.team_id, '-1') as team_id,
        attributes.region_id,
        attributes.segment_id,
        attributes.lead_source_id,
        attributes.pipeline_id,
        attributes.opportunity_type,
        states.stage_name as stage,
        states.currency,
        states.amount,
        {{ multiply_money('states.amount', 'rates.spot_rate') }} as amount_corporate,
        probabilities.win_probability,
        attributes.probability as crm_probability,
        states.expected_close_date

    from snapshot_dates

    inner join states
        on
            snapshot_dates.snapshot_date >= states.snapshot_from_date
            and snapshot_dates.snapshot_date < {{ open_end('states.snapshot_to_date') }}

    inner join attributes
        on states.opportunity_id = attributes.opportunity_id

    left join rep_teams
        on
            states.owner_id = rep_teams.user_id
            and snapshot_dates.measured_date >= rep_teams.valid_from
            and snapshot_dates.measured_date < {{ open_end('rep_teams.valid_to') }}

    left join rates
        on
            states.currency = rates.currency
            and snapshot_dates.measured_date = rates.date_day

    left join probabilities
        on
            states.pipeline_id = probabilities.pipeline_id
            and states.stage = probabilities.stage
            and snapshot_dates.measured_date >= probabilities.quarter_start
            and snapshot_dates.measured_date < probabilities.quarter_end

)

select * from final
