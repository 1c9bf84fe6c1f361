-- Mean size times number of won deals, and the credits and contractions that no mean counts, is
-- bookings (G-14): in total and in every slice that holds whole deals (sellers share by split).
{%- set slices = {
    'total': "'all'",
    'region': 'region_id',
    'segment': 'segment_id',
    'lead_source': 'lead_source_id',
    'pipeline': 'pipeline_id',
    'opportunity_type': 'opportunity_type',
} %}
with

uncounted as (

    select * from {{ ref('fct_opportunities') }}

    where is_won and not is_decided

),

period_dates as (

    select * from {{ ref('dim_period_dates') }}

),

bookings as (

    select * from {{ ref('kpi_bookings') }}

    where dimension in ('{{ slices.keys() | join("', '") }}') -- noqa: LT05

),

deal_sizes as (

    select * from {{ ref('kpi_closed_deals') }}

),

sliced as (

    {% for dimension, column in slices.items() -%}
    select
        '{{ dimension }}' as dimension,
        {{ column }} as dimension_id,
        closed_date,
        amount_corporate

    from uncounted
    {% if not loop.last %}
    union all

    {% endif %}
    {%- endfor %}
),

credits as (

    select
        period_dates.period_grain,
        period_dates.period_start,
        sliced.dimension,
        sliced.dimension_id,
        sum(sliced.amount_corporate) as credited

    from sliced

    inner join period_dates
        on sliced.closed_date = period_dates.date_day

    group by 1, 2, 3, 4

),

compared as (

    select
        bookings.period_grain,
        bookings.period_start,
        bookings.dimension,
        bookings.dimension_id,
        cast(coalesce(bookings.bookings, 0) as double) as bookings,
        coalesce(deal_sizes.average_deal_size * deal_sizes.sized_deals, 0) as size_times_deals,
        cast(coalesce(credits.credited, 0) as double) as credited

    from bookings

    left join deal_sizes
        on
            bookings.period_grain = deal_sizes.period_grain
            and bookings.period_start = deal_sizes.period_start
            and bookings.dimension = deal_sizes.dimension
            and bookings.dimension_id = deal_sizes.dimension_id

    left join credits
        on
            bookings.period_grain = credits.period_grain
            and bookings.period_start = credits.period_start
            and bookings.dimension = credits.dimension
            and bookings.dimension_id = credits.dimension_id

)

select *

from compared

where
    abs(bookings - credited - size_times_deals)
    > greatest(0.01, (abs(bookings) + abs(credited)) * 1e-9)
