{# A key where the member table holds it, else null, which counts as Unknown. A company that delivers no such table at
   all keeps its keys: it has no other names for its sellers. #}
{% macro known_member(key, member_key, members) -%}
    case
        when {{ member_key }} is not null then {{ member_key }}
        when (select count(*) from {{ members }} as every_member) = 0 then {{ key }}
    end
{%- endmacro %}
