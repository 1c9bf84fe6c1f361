with

forecasts as (

    select * from {{ ref('crm_forecasts') }}

),

users as (

    select * from {{ ref('crm_users') }}

),

called_periods as (

    select * from {{ ref('crm_forecast_periods') }} where is_superseded and dimension = 'total'

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- A call without a team may be one of any team.
overlapped as (

    select distinct forecasts.submission_id
    from forecasts
    inner join called_periods
        on
            forecasts.submitter_id = called_periods.submitter_id
            and forecasts.forecast_level = called_periods.forecast_level
            and forecasts.dimension = called_periods.dimension
            and forecasts.period_start = called_periods.period_start
            and forecasts.period_end = called_periods.period_end
    where coalesce(forecasts.team_id, called_periods.call_team_id) = called_periods.call_team_id

),

delivered as (

    select
        forecasts.submission_id,
        forecasts.is_end_inclusive,
        users.user_id is null and exists (select 1 from users as any_user) as is_of_unknown_user,
        forecasts.submitted_at
        >= {{ to_instant('forecasts.period_end', 'settings.reporting_tz') }} as is_after_its_period,
        overlapped.submission_id is not null as is_overlapped,
        {{ multiply_money('forecasts.amount', 'rates.plan_rate') }} as amount_at_stake

    from forecasts cross join settings

    left join users
        on forecasts.submitter_id = users.user_id

    left join overlapped
        on forecasts.submission_id = overlapped.submission_id

    left join rates
        on
            coalesce(forecasts.currency, settings.corporate_currency) = rates.currency
            and forecasts.period_start = rates.date_day

),

{% set found = [
    ('forecast_end_on_the_last_day', 'period_end', 'is_end_inclusive'),
    ('forecast_of_unknown_user', 'submitter_id', 'is_of_unknown_user'),
    ('forecast_after_its_period', 'submitted_at', 'is_after_its_period'),
    ('overlapping_forecasts', 'period_start', 'is_overlapped'),
] -%}
final as (

    {% for finding, column_name, condition in found -%}
    select distinct
        '{{ finding }}' as finding,
        'forecasts' as table_name,
        '{{ column_name }}' as column_name,
        submission_id as record_id,
        amount_at_stake

    from delivered where {{ condition }}
    {% if not loop.last %}
    union all

    {% endif %}
    {%- endfor %}
)

select * from final
