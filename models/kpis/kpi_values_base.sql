with

complete as (

    select * from {{ ref('kpi_values_complete') }}

),

catalog as (

    select * from {{ ref('kpi_catalog') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

settings as (

    select * from {{ ref('dim_settings') }}

),

cohort_maturity as (

    select * from {{ ref('dim_cohort_maturity') }}

),

-- A value that its data cannot carry is withheld: the start of the window must be covered.
described as (

    select
        complete.*,
        periods.period_end,
        periods.is_complete,
        catalog.interval_method,
        case catalog.measured
            when 'end' then periods.measured_date
            when 'period_start' then periods.period_start
            when 'start'
                then case
                    when periods.is_complete then periods.period_start
                    else settings.as_of_date
                end
        end as measured_at,
        case
            when catalog.availability = 'input_missing' then 'input_missing'
            when catalog.covered_from > coalesce(complete.window_start, complete.period_start)
                then 'not_covered'
            when catalog.is_null_until_complete and not periods.is_complete then 'provisional'
        end as withheld_status,
        case
            -- A wider window or a stand-in tells how to read a value, not why there is none.
            when
                complete.family_status <> 'ok'
                and (
                    complete.value is not null
                    or complete.family_status in ('quota_met', 'forecast_met')
                )
                then complete.family_status
            when
                complete.open_share > settings.maturity_open_share
                and coalesce(
                    {{ days_between('periods.period_end', 'settings.as_of_date') }}
                    < cohort_maturity.mature_after_days,
                    true
                )
                then 'immature'
            when complete.value is null and catalog.method in ('sum', 'balance')
                then 'input_missing'
            when complete.value is null then 'no_denominator'
            else 'ok'
        end as value_status,
        coalesce(complete.sample_size < settings.min_n_display, false) as is_small_sample

    from complete

    cross join settings

    cross join cohort_maturity

    inner join catalog
        on complete.kpi_id = catalog.kpi_id

    inner join periods
        on
            complete.period_grain = periods.period_grain
            and complete.period_start = periods.period_start

    where
        complete.sample_size > 0
        or coalesce(catalog.covered_from < periods.period_end, true)

),

final as (

    select
        kpi_id,
        period_grain,
        period_start,
        period_end,
        dimension,
        dimension_id,
        measured_at,
        case when withheld_status is null then numerator end as numerator,
        case when withheld_status is null then denominator end as denominator,
        case when withheld_status is null then value end as value,
        sample_size,
        case
            when withheld_status is not null then null
            when interval_method = 'wilson'
                then {{ wilson_bound('numerator', 'denominator', '-') }}
            when interval_method = 'nps' then interval_centre - interval_margin
        end as ci_low,
        case
            when withheld_status is not null then null
            when interval_method = 'wilson'
                then {{ wilson_bound('numerator', 'denominator', '+') }}
            when interval_method = 'nps' then interval_centre + interval_margin
        end as ci_high,
        open_share,
        coalesce(withheld_status, value_status) as value_status,
        is_complete,
        is_small_sample

    from described

)

select * from final
