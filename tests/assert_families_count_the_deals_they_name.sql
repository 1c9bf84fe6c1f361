-- The counts and amounts behind win rate, close rate, deal size, cycle, bookings and pipeline are
-- those of the deals with these marks in the facts, by month: in total, by owner and by attribute.
{%- set slices = {
    'total': "'all'",
    'rep': 'owner_id',
    'region': 'region_id',
    'segment': 'segment_id',
    'lead_source': 'lead_source_id',
    'pipeline': 'pipeline_id',
    'opportunity_type': 'opportunity_type',
} %}
{%- set families = {
    'kpi_win_rate': ('closed', 'is_decided', {
        'decided_deals': 'count(*)',
        'won_deals': 'count(case when is_won then 1 end)',
        'competitive_deals': "count(case when is_won or coalesce(loss_category, '') <> 'no_decision' then 1 end)",
        'decided_amount': 'sum(amount_corporate)',
        'won_amount': 'sum(case when is_won then amount_corporate end)',
    }),
    'kpi_deal_size': ('closed', 'is_decided and is_won and amount_corporate is not null', {
        'won_deals': 'count(*)',
        'paid_deals': 'count(case when amount_corporate > 0 then 1 end)',
        'won_amount': 'sum(amount_corporate)',
        'paid_amount': 'sum(case when amount_corporate > 0 then amount_corporate end)',
    }),
    'kpi_sales_cycle': ('closed', 'is_decided and cycle_days is not null', {
        'closed_deals': 'count(*)',
        'closed_cycle_days': 'sum(cycle_days)',
        'won_deals': 'count(case when is_won then 1 end)',
        'won_cycle_days': 'sum(case when is_won then cycle_days end)',
    }),
    'kpi_bookings': ('closed', 'is_won', {
        'booked_deals': 'count(*)',
        'won_deals': 'count(case when is_decided then 1 end)',
        'new_customers': 'count(case when is_new_customer then 1 end)',
    }),
    'kpi_close_rate': ('created', 'is_in_cohort', {
        'created_deals': 'count(*)',
        'won_deals': 'count(case when is_won then 1 end)',
        'open_deals': 'count(case when not is_closed then 1 end)',
        'decided_deals': 'count(case when is_decided then 1 end)',
    }),
    'kpi_pipeline': ('stood', 'true', {
        'open_deals': 'count(*)',
        'valued_deals': 'count(amount_corporate)',
        'pipeline_value': 'sum(amount_corporate)',
        'overdue_pipeline_value':
            'sum(case when expected_close_date < snapshot_date then amount_corporate end)',
    }),
} %}
with

opportunities as (

    select * from {{ ref('fct_opportunities') }}

),

snapshots as (

    select * from {{ ref('fct_pipeline_snapshots') }}

),

dates as (

    select * from {{ ref('dim_dates') }}

),

months as (

    select * from {{ ref('dim_periods') }}

    where period_grain = 'month' and is_started

),

closed as (

    select
        opportunities.*,
        dates.month_start_date

    from opportunities

    inner join dates
        on opportunities.closed_date = dates.date_day

),

created as (

    select
        opportunities.opportunity_id,
        opportunities.created_owner_id as owner_id,
        opportunities.region_id,
        opportunities.segment_id,
        opportunities.lead_source_id,
        opportunities.pipeline_id,
        opportunities.opportunity_type,
        opportunities.is_closed,
        opportunities.is_won,
        opportunities.is_decided,
        opportunities.is_in_cohort,
        dates.month_start_date

    from opportunities

    inner join dates
        on opportunities.created_date = dates.date_day

),

stood as (

    select
        snapshots.*,
        months.period_start as month_start_date

    from snapshots

    inner join months
        on snapshots.snapshot_date = months.snapshot_date

),

{% for family, (rows, condition, measures) in families.items() -%}
{{ family }}_rows as (

    {% for dimension, column in slices.items() -%}
    select
        {% for measure, expression in measures.items() -%}
        {{ expression }} as {{ measure }},
        {% endfor -%}
        month_start_date,
        '{{ dimension }}' as dimension,
        {{ column }} as dimension_id

    from {{ rows }}

    where {{ condition }}

    group by month_start_date, {{ column }}
    {% if not loop.last %}
    union all

    {% endif %}
    {%- endfor %}
),

{% endfor -%}
differing as (

    {% for family, (rows, condition, measures) in families.items() -%}
    select
        '{{ family }}' as family,
        coalesce(family.period_start, counted.month_start_date) as period_start,
        coalesce(family.dimension, counted.dimension) as dimension,
        coalesce(family.dimension_id, counted.dimension_id) as dimension_id

    from (

        select * from {{ ref(family) }}

        where
            period_grain = 'month'
            and dimension in ('{{ slices.keys() | join("', '") }}') -- noqa: LT05

    ) as family

    full outer join {{ family }}_rows as counted
        on
            family.period_start = counted.month_start_date
            and family.dimension = counted.dimension
            and family.dimension_id = counted.dimension_id

    where
        false
        {%- for measure in measures %}
        or coalesce(family.{{ measure }}, 0) <> coalesce(counted.{{ measure }}, 0)
        {%- endfor %}
    {% if not loop.last %}
    union all

    {% endif %}
    {%- endfor %}
)

select * from differing
