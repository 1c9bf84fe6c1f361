{# The state that a deal was in on a business day, the last one of the day: joins crm_opportunity_states, named states,
   to records of deals. States of the same day leave no gap, and the present one has no end. #}
{% macro is_state_on(record, day) -%}
    {{ record }}.opportunity_id = states.opportunity_id
            and {{ record }}.{{ day }} >= states.valid_from_date
            and {{ record }}.{{ day }} < {{ open_end('states.snapshot_to_date - 1') }}
{%- endmacro %}
