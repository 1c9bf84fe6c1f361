{#- Columns that say when something happened. -#}
{%- set events = [
    ('activities', 'created_at'),
    ('forecasts', 'submitted_at'),
    ('leads', 'created_at'),
    ('invoices', 'invoice_date'),
    ('opportunities', 'closed_at'),
    ('opportunities', 'closed_date'),
    ('opportunities', 'created_at'),
    ('opportunities', 'created_date'),
    ('opportunity_field_history', 'changed_at'),
    ('opportunity_stage_history', 'entered_at'),
    ('revenue_events', 'recognized_date'),
    ('subscriptions', 'valid_from'),
    ('survey_responses', 'responded_at'),
    ('web_sessions', 'session_start'),
] -%}
{% for table_name, _ in events -%}
-- depends_on: {{ ref(table_name) }}
{% endfor %}
with

parameters as (

    select * from {{ ref('crm_parameters') }}

),

loads as (

    select max({{ read_instant('loaded_at') }}) as loaded_at from {{ source('crm', 'loads') }}

),

-- What had not happened when it was loaded is an error of entry and says nothing of the others.
latest_events as (

    {% for table_name, column_name in events -%}
    select max({{ read_instant('events.' ~ column_name) }}) as event_at

    from {{ source('crm', table_name) }} as events

    cross join loads

    where coalesce({{ read_instant('events.' ~ column_name) }} < loads.loaded_at, true)
    {% if not loop.last %}
    union all

    {% endif %}
    {%- endfor %}
),

final as (

    select
        parameters.reporting_tz,
        coalesce(
            cast(
                {{ dbt.dateadd(
                    'year', '-max(parameters.plausible_years)', 'max(latest_events.event_at)'
                ) }} as date
            ),
            date '1900-01-02'
        ) as plausible_from

    from latest_events

    cross join parameters

    group by parameters.reporting_tz

)

select * from final
