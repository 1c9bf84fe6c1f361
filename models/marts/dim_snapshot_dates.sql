with

periods as (

    select * from {{ ref('dim_periods') }}

    where is_started

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- Months, quarters and years all start on the first of a month; as_of closes the running ones.
month_starts as (

    select period_start as snapshot_date from periods where period_grain = 'month'

    union

    select snapshot_date from settings

),

-- The midnight after an as_of at noon has its deals, but the dates, teams and rates of its own day.
final as (

    select
        month_starts.snapshot_date,
        least(month_starts.snapshot_date, settings.as_of_date) as measured_date

    from month_starts

    cross join settings

)

select * from final
