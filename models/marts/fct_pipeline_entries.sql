{#- A deal comes into the pipeline when it is opened and again when it is qualified. -#}
{%- set entries = {'created': 'created_date', 'qualified': 'qualified_date'} -%}

with

attributes as (

    select * from {{ ref('crm_opportunity_attributes') }}

    where opportunity_type not in ('credit', 'contraction')

),

states as (

    select * from {{ ref('crm_opportunity_states') }}

),

rep_teams as (

    select * from {{ ref('crm_rep_teams') }}

),

entered as (

    {% for entry_type, date_column in entries.items() -%}
    select
        '{{ entry_type }}' as entry_type,
        {{ date_column }} as entered_date,
        *

    from attributes

    where {{ date_column }} is not null

    {% if not loop.last -%}
    union all

    {% endif -%}
    {%- endfor %}
),

-- The seller is whoever held the deal on the day.
final as (

    select
        entered.opportunity_id,
        entered.entry_type,
        coalesce(states.owner_id, '-1') as owner_id,
        coalesce(rep_teams.team_id, '-1') as team_id,
        entered.region_id,
        entered.segment_id,
        entered.lead_source_id,
        entered.pipeline_id,
        entered.opportunity_type,
        entered.campaign_id,
        entered.entered_date

    from entered

    inner join states
        on {{ is_state_on('entered', 'entered_date') }}

    left join rep_teams
        on
            states.owner_id = rep_teams.user_id
            and entered.entered_date >= rep_teams.valid_from
            and entered.entered_date < {{ open_end('rep_teams.valid_to') }}

)

select * from final
