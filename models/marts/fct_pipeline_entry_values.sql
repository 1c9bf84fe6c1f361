with

entries as (

    select * from {{ ref('fct_pipeline_entries') }}

),

period_dates as (

    select * from {{ ref('dim_period_dates') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

    where is_started

),

states as (

    select * from {{ ref('crm_opportunity_states') }}

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

-- What came in on a day is worth another sum at the end of its week, month and year.
final as (

    select
        entries.*,
        periods.period_grain,
        periods.period_start,
        {{ multiply_money('states.amount', 'rates.spot_rate') }} as amount_corporate

    from entries

    inner join period_dates
        on entries.entered_date = period_dates.date_day

    inner join periods
        on
            period_dates.period_grain = periods.period_grain
            and period_dates.period_start = periods.period_start

    inner join states
        on
            entries.opportunity_id = states.opportunity_id
            and periods.snapshot_date >= states.snapshot_from_date
            and periods.snapshot_date < {{ open_end('states.snapshot_to_date') }}

    left join rates
        on states.currency = rates.currency and periods.measured_date = rates.date_day

)

select * from final
