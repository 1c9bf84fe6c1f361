-- Whose every deal was when a period began and when it ended.
with

turns as (

    select * from {{ ref('fct_pipeline_values') }}

),

rep_teams as (

    select * from {{ ref('crm_rep_teams') }}

),

lineages as (

    select * from {{ ref('crm_team_lineages') }}

),

placed as (

    select
        turns.*,
        coalesce(opening_teams.team_id, '-1') as opening_team_id,
        coalesce(closing_teams.team_id, '-1') as closing_team_id

    from turns

    left join rep_teams as opening_teams
        on
            turns.opening_owner_id = opening_teams.user_id
            and turns.period_start >= opening_teams.valid_from
            and turns.period_start < {{ open_end('opening_teams.valid_to') }}

    left join rep_teams as closing_teams
        on
            turns.closing_owner_id = closing_teams.user_id
            and turns.closing_date >= closing_teams.valid_from
            and turns.closing_date < {{ open_end('closing_teams.valid_to') }}

),

-- A team that is put elsewhere in the tree takes its deals along.
final as (

    select
        placed.period_grain,
        placed.period_start,
        placed.period_end,
        placed.closing_date,
        placed.opportunity_id,
        placed.region_id,
        placed.segment_id,
        placed.pipeline_id,
        placed.was_known,
        placed.was_open,
        placed.was_ever_open,
        coalesce(placed.opening_owner_id, '-1') as opening_owner_id,
        placed.opening_team_id,
        placed.opening_close_date,
        placed.opening_amount,
        placed.is_known,
        placed.is_open,
        placed.is_won,
        coalesce(placed.closing_owner_id, '-1') as closing_owner_id,
        placed.closing_team_id,
        placed.closing_close_date,
        placed.closing_amount,
        placed.revalued_amount,
        (
            placed.opening_owner_id is distinct from placed.closing_owner_id
            or placed.opening_team_id <> placed.closing_team_id
            {%- for depth in range(1, 8) %}
            or before.ancestor_{{ depth }} is distinct from after.ancestor_{{ depth }}
            {%- endfor %}
        ) as is_transferred

    from placed

    left join lineages as before
        on
            placed.opening_team_id = before.team_id
            and placed.period_start >= before.valid_from
            and placed.period_start < {{ open_end('before.valid_to') }}

    left join lineages as after
        on
            placed.closing_team_id = after.team_id
            and placed.closing_date >= after.valid_from
            and placed.closing_date < {{ open_end('after.valid_to') }}

)

select * from final
