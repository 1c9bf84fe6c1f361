with

numbers as (

    {{ dbt.generate_series(21915) }}

),

-- 1990 to 2049.
spine as (

    select date '1989-12-31' + cast(generated_number as integer) as date_day from numbers

),

settings as (

    select * from {{ ref('crm_settings') }}

),

input_coverage as (

    select * from {{ ref('dim_input_coverage') }}

),

-- Targets may lie four periods ahead, and a year ahead of those is needed to close them.
calendar_range as (

    select
        cast({{ dbt.date_trunc('year', 'min(input_coverage.covered_from)') }} as date) - 366
            as first_date,
        max(settings.as_of_date) + 6 * 366 as last_date

    from settings

    cross join input_coverage

),

days as (

    select
        spine.date_day,
        cast({{ dbt.date_trunc('week', 'spine.date_day') }} as date) as week_start_date,
        cast({{ dbt.date_trunc('month', 'spine.date_day') }} as date) as month_start_date,
        -- Months since year 0 of the fiscal calendar.
        cast(
            12 * extract(year from spine.date_day)
            + extract(month from spine.date_day)
            - settings.fiscal_year_start_month as integer
        ) as fiscal_month_index,
        cast(settings.fiscal_year_start_month as integer) as fiscal_year_start_month

    from spine

    cross join settings

    cross join calendar_range

    where spine.date_day >= calendar_range.first_date and spine.date_day < calendar_range.last_date

),

final as (

    select
        date_day,
        week_start_date,
        cast(extract(week from date_day) as integer) as week_index,
        -- The year of an ISO week is that of its Thursday.
        cast(extract(year from week_start_date + 3) as integer) as week_year,
        month_start_date,
        cast({{ dbt.date_trunc('quarter', 'date_day') }} as date) as quarter_start_date,
        cast({{ dbt.date_trunc('year', 'date_day') }} as date) as year_start_date,
        cast({{ dbt.dateadd('month', '-(fiscal_month_index % 3)', 'month_start_date') }} as date)
            as fiscal_quarter_start_date,
        cast({{ dbt.dateadd('month', '-(fiscal_month_index % 12)', 'month_start_date') }} as date)
            as fiscal_year_start_date,
        -- A fiscal year is named after the calendar year it ends in.
        cast(
            floor(fiscal_month_index / 12.0)
            + case when fiscal_year_start_month > 1 then 1 else 0 end
            as integer
        ) as fiscal_year,
        cast(floor((fiscal_month_index % 12) / 3.0) + 1 as integer) as fiscal_quarter

    from days

)

select * from final
