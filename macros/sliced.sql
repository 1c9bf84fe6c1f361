{#
    Sums rows at the total and at every slice of a KPI family, so that a family model shows only its KPI.

    rows        CTE or relation with one row per deal (or other record), holding the key columns, the slicing columns
                (see slice_columns), team_id, the date named by team_date, and the columns that are counted
    keys        columns that name the period, or the day
    attributes  dimensions that are plain columns of the rows: one grouping set each
    members     dimensions of bridge_opportunity_members: counts go whole to each member (of sellers, to the owner only),
                amounts by share; custom_field stands for every custom field
    counts      columns of whole numbers to sum
    amounts     columns of money to sum
    records     columns of whole numbers that count for every member with a share in the money
    statistics  other aggregates (name to expression), such as medians, over the columns listed in measures
    measures    columns of statistics that stand whole with every member
    relations   what is read in place of the models: by its tests, and where members are those of another record than a
                deal, a bridge of theirs with the column member_key that names the record
#}
{% macro sliced(
    rows,
    team_date,
    attributes,
    counts=[],
    amounts=[],
    statistics={},
    measures=[],
    members=[],
    records=[],
    keys=['period_grain', 'period_start'],
    relations={}
) -%}
    {%- set key_list = keys | join(', ') -%}
    {%- set numbers = counts + records -%}
    {%- set team_days = (keys + [team_date, 'team_id']) | unique | join(', ') -%}
    {%- set member_key = relations.get('member_key', 'opportunity_id') -%}
    {%- set has_sellers = 'credited_rep' in members -%}
    select
        {{ key_list }},
        dimension,
        dimension_id
        {%- for name in numbers %},
        cast({{ name }} as bigint) as {{ name }}
        {%- endfor %}
        {%- for name in amounts %},
        cast({{ name }} as decimal(38, 4)) as {{ name }}
        {%- endfor %}
        {%- for name in statistics %},
        {{ name }}
        {%- endfor %}

    from (

        select
            {{ key_list }},
            {{ slice_keys(attributes) }}
            {{- _sliced_aggregates(numbers, amounts, statistics) }}

        from {{ rows }}

        group by {{ slices(attributes, key_list) }}

        union all

        -- A team holds the deals of every team below it, as the tree stood on the day.
        select
            {{ key_list }},
            'team' as dimension,
            team_closure.ancestor_team_id as dimension_id
            {{- _sliced_aggregates(numbers, amounts, statistics) }}

        from {% if statistics %}{{ rows }}{% else %}(

            -- Deals of one team and day climb the tree together.
            select
                {{ team_days }}
                {{- _sliced_aggregates(numbers, amounts) | indent(8) }}

            from {{ rows }}

            group by {{ team_days }}

        ){% endif %} as team_rows

        inner join {{ slicing_relation('team_closure', relations) }} as team_closure
            on
                team_rows.team_id = team_closure.team_id
                and team_rows.{{ team_date }} >= team_closure.valid_from
                and team_rows.{{ team_date }} < {{ open_end('team_closure.valid_to') }}

        group by {{ key_list }}, team_closure.ancestor_team_id

        {% if members %}

        union all

        select
            {{ key_list }},
            dimension,
            dimension_id
            {{- _sliced_aggregates(numbers, amounts, statistics) }}

        from (

            select
                {%- for name in keys %}
                member_rows.{{ name }},
                {%- endfor %}
                {% if has_sellers -%}
                case bridge_members.dimension
                    when 'credited_rep' then 'rep' else bridge_members.dimension
                end as dimension,
                {%- else -%}
                bridge_members.dimension,
                {%- endif %}
                bridge_members.dimension_id
                {%- for name in counts %},
                member_rows.{{ name }}{{ ' * bridge_members.deal_count as ' ~ name if has_sellers else '' }}
                {%- endfor %}
                {%- for name in records %},
                case when bridge_members.amount_share = 0 then 0 else member_rows.{{ name }} end
                    as {{ name }}
                {%- endfor %}
                {%- for name in amounts %},
                {{ multiply_money('member_rows.' ~ name, 'bridge_members.amount_share') }}
                    as {{ name }}
                {%- endfor %}
                {%- for name in measures %},
                member_rows.{{ name }}
                {%- endfor %}

            from {{ rows }} as member_rows

            inner join {{ slicing_relation('bridge_members', relations) }} as bridge_members
                on member_rows.{{ member_key }} = bridge_members.{{ member_key }}

            where {{ is_among('bridge_members.dimension', members) }}

        ) as shared

        group by {{ key_list }}, dimension, dimension_id

        {% endif %}

    ) as slices
{%- endmacro %}

{% macro _sliced_aggregates(counts, amounts, statistics={}) -%}
    {%- for name in counts + amounts %},
    sum({{ name }}) as {{ name }}
    {%- endfor %}
    {%- for name, expression in statistics.items() %},
    {{ expression }} as {{ name }}
    {%- endfor %}
{%- endmacro %}

{# Days are kept for the total, weeks for sellers and teams as well: thinner slices of them say nothing. #}
{% macro is_kept_at_grain(period_grain, dimension) -%}
    (
        {{ dimension }} = 'total'
        or {{ period_grain }} not in ('day', 'week')
        or ({{ period_grain }} = 'week' and {{ dimension }} in ('rep', 'team'))
    )
{%- endmacro %}
