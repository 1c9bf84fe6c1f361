-- How every deal that moved in a period, or could have, stood when it began and when it ended.
with

periods as (

    select * from {{ ref('dim_periods') }}

    where is_started and period_grain not in ('day', 'week')

),

states as (

    select * from {{ ref('crm_opportunity_states') }}

),

attributes as (

    select * from {{ ref('crm_opportunity_attributes') }}

    where opportunity_type not in ('credit', 'contraction')

),

rep_teams as (

    select * from {{ ref('crm_rep_teams') }}

),

lineages as (

    select
        team_id,
        valid_from,
        valid_to,
        concat_ws(
            '/', team_id, ancestor_1, ancestor_2, ancestor_3, ancestor_4, ancestor_5, ancestor_6,
            ancestor_7
        ) as lineage

    from {{ ref('crm_team_lineages') }}

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

-- A deal was open when the period began, or something became of it later in it.
touched as (

    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        periods.measured_date as closing_date,
        states.opportunity_id,
        min(case when states.snapshot_from_date <= periods.period_start then 0 else 1 end)
            as is_moved_later,
        min(states.version_number) as first_version,
        max(
            case
                when {{ open_end('states.snapshot_to_date') }} > periods.snapshot_date
                    then states.version_number
            end
        ) as closing_version,
        max(case when states.is_in_pipeline then 1 else 0 end) as was_ever_open

    from periods

    inner join states
        on
            periods.snapshot_date >= states.snapshot_from_date
            and periods.period_start < {{ open_end('states.snapshot_to_date') }}
            and (states.is_in_pipeline or periods.period_start < states.snapshot_from_date)

    group by
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        periods.measured_date,
        states.opportunity_id

),

-- What is not open when the period begins has its state of that day just before the first one.
ends as (

    select
        touched.*,
        attributes.region_id,
        attributes.segment_id,
        attributes.pipeline_id,
        opening.opportunity_id is not null as was_known,
        coalesce(opening.is_open, false) as was_open,
        opening.owner_id as opening_owner_id,
        opening.expected_close_date as opening_close_date,
        opening.currency as opening_currency,
        opening.amount as opening_value,
        closing.opportunity_id is not null as is_known,
        coalesce(closing.is_open, false) as is_open,
        coalesce(closing.is_won, false) as is_won,
        closing.owner_id as closing_owner_id,
        closing.expected_close_date as closing_close_date,
        closing.currency as closing_currency,
        closing.amount as closing_value

    from touched

    inner join attributes
        on touched.opportunity_id = attributes.opportunity_id

    left join states as opening
        on
            touched.opportunity_id = opening.opportunity_id
            and touched.first_version - touched.is_moved_later = opening.version_number

    left join states as closing
        on
            touched.opportunity_id = closing.opportunity_id
            and touched.closing_version = closing.version_number

),

valued as (

    select
        ends.*,
        coalesce(opening_teams.team_id, '-1') as opening_team_id,
        coalesce(closing_teams.team_id, '-1') as closing_team_id,
        {{ multiply_money('ends.opening_value', 'opening_rates.spot_rate') }} as opening_amount,
        {{ multiply_money('ends.closing_value', 'closing_rates.spot_rate') }} as closing_amount,
        {{ multiply_money('ends.closing_value', 'earlier_rates.spot_rate') }} as revalued_amount

    from ends

    left join rep_teams as opening_teams
        on
            ends.opening_owner_id = opening_teams.user_id
            and ends.period_start >= opening_teams.valid_from
            and ends.period_start < {{ open_end('opening_teams.valid_to') }}

    left join rep_teams as closing_teams
        on
            ends.closing_owner_id = closing_teams.user_id
            and ends.closing_date >= closing_teams.valid_from
            and ends.closing_date < {{ open_end('closing_teams.valid_to') }}

    left join rates as opening_rates
        on
            ends.opening_currency = opening_rates.currency
            and ends.period_start = opening_rates.date_day

    left join rates as closing_rates
        on
            ends.closing_currency = closing_rates.currency
            and ends.closing_date = closing_rates.date_day

    left join rates as earlier_rates
        on
            ends.closing_currency = earlier_rates.currency
            and ends.period_start = earlier_rates.date_day

),

-- A team that is put elsewhere in the tree takes its deals along.
final as (

    select
        valued.period_grain,
        valued.period_start,
        valued.period_end,
        valued.closing_date,
        valued.opportunity_id,
        valued.region_id,
        valued.segment_id,
        valued.pipeline_id,
        valued.was_known,
        valued.was_open,
        valued.was_ever_open = 1 as was_ever_open,
        coalesce(valued.opening_owner_id, '-1') as opening_owner_id,
        valued.opening_team_id,
        valued.opening_close_date,
        valued.opening_amount,
        valued.is_known,
        valued.is_open,
        valued.is_won,
        coalesce(valued.closing_owner_id, '-1') as closing_owner_id,
        valued.closing_team_id,
        valued.closing_close_date,
        valued.closing_amount,
        coalesce(valued.revalued_amount, valued.closing_amount) as revalued_amount,
        (
            valued.opening_owner_id is distinct from valued.closing_owner_id
            or valued.opening_team_id <> valued.closing_team_id
            or opening_lineages.lineage is distinct from closing_lineages.lineage
        ) as is_transferred

    from valued

    left join lineages as opening_lineages
        on
            valued.opening_team_id = opening_lineages.team_id
            and valued.period_start >= opening_lineages.valid_from
            and valued.period_start < {{ open_end('opening_lineages.valid_to') }}

    left join lineages as closing_lineages
        on
            valued.closing_team_id = closing_lineages.team_id
            and valued.closing_date >= closing_lineages.valid_from
            and valued.closing_date < {{ open_end('closing_lineages.valid_to') }}

)

select * from final
