{# All rows of a raw table with copy_number: 1 for the newest row of a key, then 2, 3 and so on.
   Of copies that nothing else tells apart the later row of the file stands: landing numbers the rows as they came.
   Keys seldom come twice, so only the rows of repeated keys are ranked: ranking every row of a large
   table costs more than all the rest of its staging. The table is named, not a CTE: an engine that keeps a CTE
   for its four readers computes all columns of it, those nobody asks for included. #}
{% macro numbered_copies(relation, key, newest_first) -%}
    {%- set repeated -%}
        (
            select
                {%- for column in key %}
                {{ column }} as key_{{ loop.index }},
                {%- endfor %}
                count(*) as copies
            from {{ relation }} as source
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
        1 as copy_number

    from {{ relation }} as source

    left join {{ repeated }}

    where repeated.copies is null

    union all

    select
        source.*,
        row_number() over (
            partition by {{ key | join(', ') }}
            order by
                {{ newest_first | join(', ') }}{{ ',' if newest_first }}
                cast(_row_number as bigint) desc nulls last
        ) as copy_number

    from {{ relation }} as source

    inner join {{ repeated }}
{%- endmacro %}
