{# Text as a value of a type; null where it does not read as one. Engines cast other texts than each other: one takes
   today's date for 'today' and 5 for '5d', another 1000 for '1_000' and a day for '2024-01-05abc'. Here only ISO dates
   (or with slashes), plain numbers and words for true and false are read, whatever the engine.
   A real_date, an event_date and an event_timestamp are not implausible either. Dates need the columns of
   stg_crm__date_rules, which numbered_copies brings along. #}
{% macro read_as(column_name, data_type) -%}
    {%- if data_type in ['real_date', 'event_date', 'event_timestamp'] -%}
        case
            when {{ is_plausible(column_name, data_type) }}
                then {{ read_as(column_name, written_type(data_type)) }}
        end
    {%- elif data_type == 'date' -%}
        {{ read_date(column_name) }}
    {%- elif data_type == 'timestamp' -%}
        {{ read_instant(column_name) }}
    {%- elif data_type == 'boolean' -%}
        {{ read_boolean(column_name) }}
    {%- else -%}
        {{ read_number(column_name, data_type) }}
    {%- endif -%}
{%- endmacro %}

{# The type that a text has to read as before anybody asks whether its value is plausible. #}
{% macro written_type(data_type) -%}
    {{ return(data_type.replace('real_', '').replace('event_', '')) }}
{%- endmacro %}

{# Whether a date can be what it says. Systems write an empty date as the first day of their calendar (1900, 1970), and
   no event lies so many years before the latest one; a date of hire may. #}
{% macro is_plausible(column_name, data_type) -%}
    {{ column_name }} not like '1970_01_01%'
    and {{ read_as(column_name, written_type(data_type)) }}
    {{- " > date '1900-01-01'" if data_type == 'real_date' else ' >= plausible_from' }}
{%- endmacro %}

{# An instant in a date column is the day it has in the reporting time zone; at midnight it is the date as written. #}
{% macro read_date(column_name) -%}
    {#- A year before 0001 starts with a sign. -#}
    case
        when {{ column_name }} like '____-__-__' and {{ column_name }} >= '0'
            then try_cast({{ column_name }} as date)
        when regexp_extract(
            {{ column_name }},
            '^[ ]*[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}[ T][0-9:.]*[1-9][0-9:.]*(Z| UTC|[+-][0-9]{2}(:?[0-9]{2})?)?[ ]*$',
            0
        ) <> ''
            then {{ adapter.dispatch('to_local_date')(
                adapter.dispatch('read_zoned_instant')("replace(" ~ column_name ~ ", '/', '-')"),
                'reporting_tz',
            ) }}
        else try_cast(
            replace(
                regexp_extract(
                    {{ column_name }}, '^[ ]*([0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2})([ T].*)?$', 1
                ),
                '/',
                '-'
            ) as date
        )
    end
{%- endmacro %}

{% macro read_boolean(column_name) -%}
    case
        when {{ column_name }} in ('true', 'false') then {{ column_name }} = 'true'
        else try_cast(
            regexp_extract({{ column_name }}, '^[ ]*([A-Za-z01]+)[ ]*$', 1) as boolean
        )
    end
{%- endmacro %}

{% macro read_number(column_name, data_type) -%}
    case
        when regexp_extract(
            {{ column_name }}, '^[ ]*[+-]?[0-9.]+([eE][+-]?[0-9]{1,2})?[ ]*$', 0
        ) <> ''
            then try_cast({{ column_name }} as {{ data_type }})
    end
{%- endmacro %}
