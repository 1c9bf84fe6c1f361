-- Of each column that some KPI cannot do without: do the rows that should hold it hold it?
with

starts as (

    select * from {{ ref('crm_opportunity_starts') }}

    where is_known

),

all_opportunities as (

    select * from {{ ref('crm_opportunities') }}

),

versions as (

    select * from {{ ref('crm_opportunity_versions') }}

),

states as (

    select * from {{ ref('crm_opportunity_states') }}

    where is_in_pipeline

),

calls_and_emails as (

    select * from {{ ref('crm_activities') }}

    where activity_type in ('call', 'email')

),

calls as (

    select * from calls_and_emails where activity_type = 'call'

),

meetings as (

    select * from {{ ref('crm_activities') }}

    where activity_type = 'meeting'

),

closed_deals as (

    select * from {{ ref('crm_opportunity_outcomes') }}

    where is_closed

),

line_items as (

    select * from {{ ref('crm_opportunity_line_items') }}

),

quotas as (

    select * from {{ ref('crm_quotas') }}

),

responses as (

    select * from {{ ref('crm_survey_responses') }}

),

revenue_events as (

    select * from {{ ref('crm_revenue_events') }}

),

subscriptions as (

    select * from {{ ref('crm_subscriptions') }}

),

-- Test deals and deals of a day after as_of count nowhere.
opportunities as (

    select all_opportunities.*

    from all_opportunities

    inner join starts
        on all_opportunities.opportunity_id = starts.opportunity_id

),

-- What was expected of a deal matters only as long as it was open.
open_states as (

    select
        states.expected_close_date,
        opportunities.probability

    from states

    inner join opportunities
        on states.opportunity_id = opportunities.opportunity_id

),

lost_deals as (

    select opportunities.loss_reason

    from closed_deals

    inner join opportunities
        on closed_deals.opportunity_id = opportunities.opportunity_id

    where not closed_deals.is_won

),

counted as (

    {% for each in input_columns() %}
    {% set is_last_table = loop.last %}
    {% for column_name in each.columns %}
    select
        '{{ each.table }}' as table_name,
        '{{ column_name }}' as column_name,
        count(*) as record_count,
        count({{ column_name }}) as filled_count

    from {{ each.rows }}

    {% if not (is_last_table and loop.last) %}union all{% endif %}
    {% endfor %}
    {% endfor %}

),

-- Where no row should hold it, nothing is missing.
final as (

    select
        table_name,
        column_name,
        record_count,
        filled_count,
        record_count = 0 or filled_count > 0 as is_delivered

    from counted

)

select * from final
