{# All rows of a raw table with copy_number: 1 for the newest row of a key, then 2, 3 and so on. Of copies that nothing
   dates the later line of the file stands, and never the larger text: landing numbers the rows as they came.
   Keys seldom come twice, so only the rows of repeated keys are ranked: ranking every row of a large
   table costs more than all the rest of its staging. The table is named, not a CTE: an engine that keeps a CTE
   for its four readers computes all columns of it, those nobody asks for included.
   date_rules, where the table has dates, brings what read_as needs to read them. #}
{% macro numbered_copies(relation, key, newest_first=[], date_rules=none) -%}
    {%- set rules_join = 'cross join ' ~ date_rules ~ ' as date_rules' if date_rules else '' -%}
    {%- set line_order = 'cast(source._row_number as bigint) desc nulls last' -%}
    {%- set repeated -%}
        (
            select
                {%- for column in key %}
                {{ column }} as key_{{ loop.index }},
                {%- endfor %}
                count(*) as copies
            from {{ relation }} as source
            {{ rules_join }}
            group by {{ range(1, key | length + 1) | join(', ') }}
            having count(*) > 1
        ) as repeated
        on
            {%- for column in key %}
            {{ 'and ' if not loop.first }}repeated.key_{{ loop.index }} is not distinct from {{ column }}
            {%- endfor %}
    {%- endset -%}
    select
        source.*,
        {%- if date_rules %}
        date_rules.reporting_tz,
        date_rules.plausible_from,
        {%- endif %}
        1 as copy_number

    from {{ relation }} as source

    {{ rules_join }}

    left join {{ repeated }}

    where repeated.copies is null

    union all

    select
        source.*,
        {%- if date_rules %}
        date_rules.reporting_tz,
        date_rules.plausible_from,
        {%- endif %}
        row_number() over (
            partition by {{ key | join(', ') }}
            order by {{ (newest_first + [line_order]) | join(', ') }}
        ) as copy_number

    from {{ relation }} as source

    {{ rules_join }}

    inner join {{ repeated }}
{%- endmacro %}
