-- Two ranges of one history never hold the same day, no range is empty, and where a history must be
-- known at any time its ranges follow one another without a gap and the last one is open.
-- A model with ranges must be listed here, or among those that show raw ranges as they came.
{%- set histories = [
    ('crm_opportunity_versions', ['opportunity_id'], 'valid_from', 'valid_to', 'tiled'),
    ('crm_opportunity_states', ['opportunity_id'], 'snapshot_from_date', 'snapshot_to_date',
     'tiled to its end'),
    ('crm_employment', ['user_id'], 'valid_from', 'valid_to', 'apart'),
    ('crm_employment_stints', ['user_id'], 'valid_from', 'valid_to', 'apart'),
    ('fct_employment', ['user_id'], 'valid_from', 'valid_to', 'apart'),
    ('bridge_employment_members', ['user_id', 'dimension', 'dimension_id'], 'valid_from',
     'valid_to', 'apart'),
    ('crm_rep_teams', ['user_id'], 'valid_from', 'valid_to', 'apart'),
    ('crm_team_parents', ['team_id'], 'valid_from', 'valid_to', 'tiled'),
    ('crm_team_lineages', ['team_id'], 'valid_from', 'valid_to', 'tiled'),
    ('crm_team_closure', ['ancestor_team_id', 'team_id'], 'valid_from', 'valid_to', 'apart'),
    ('dim_team_closure', ['ancestor_team_id', 'team_id'], 'valid_from', 'valid_to', 'apart'),
    ('crm_exchange_rates', ['currency', 'rate_type'], 'rate_date', 'valid_to', 'tiled'),
    ('fct_stage_probabilities', ['pipeline_id', 'stage'], 'quarter_start', 'quarter_end',
     'tiled to its end'),
] %}
{%- set raw_histories = [
    'crm_customer_subscriptions',
    'crm_customer_terms',
    'crm_employment_history',
    'crm_full_quotas',
    'crm_quotas',
    'crm_subscription_terms',
    'crm_subscriptions',
    'crm_team_hierarchy',
    'crm_team_memberships',
    'customer_predictions',
] %}
{%- set listed = raw_histories + histories | map('first') | list %}
with

{% for relation, keys, range_start, range_end, shape in histories -%}
{{ relation }}_ranges as (

    select
        '{{ relation }}' as relation,
        '{{ shape }}' as shape,
        {{ keys | join(" || ' / ' || ") }} as history,
        {{ range_start }} as range_start,
        {{ range_end }} as range_end,
        lead({{ range_start }}) over (
            partition by {{ keys | join(', ') }} order by {{ range_start }}
        ) as next_start

    from {{ ref(relation) }}

),

{% endfor -%}
ranges as (

    {% for relation, keys, range_start, range_end, shape in histories -%}
    select * from {{ relation }}_ranges
    {% if not loop.last %}
    union all

    {% endif %}
    {%- endfor %}
    {% for node in graph.nodes.values() if node.resource_type == 'model' -%}
    {% set has_ranges = node.columns['valid_from'] and node.columns['valid_to'] -%}
    {% if has_ranges and node.name not in listed and not node.name.startswith('stg_') -%}
    union all

    select
        '{{ node.name }}' as relation,
        'not listed' as shape,
        '{{ node.name }}' as history,
        cast(null as date) as range_start,
        cast(null as date) as range_end,
        cast(null as date) as next_start
    {% endif -%}
    {% endfor %}
)

select *

from ranges

where
    range_start is null
    or range_end <= range_start
    or (next_start is not null and {{ open_end('range_end') }} > next_start)
    or (shape like 'tiled%' and next_start <> range_end)
    or (shape = 'tiled' and next_start is null and range_end is not null)
