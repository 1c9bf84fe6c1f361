-- How each value is to be read: when it was measured, why it is missing, what to mistrust.
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

final as (

    select
        complete.kpi_id,
        complete.period_grain,
        complete.period_start,
        periods.period_end,
        complete.dimension,
        complete.dimension_id,
        complete.part,
        complete.part_label,
        case
            when catalog.measured = 'end' then periods.measured_date
            when catalog.measured = 'start' and not periods.is_complete then settings.as_of_date
            when catalog.measured in ('start', 'period_start') then periods.period_start
        end as measured_at,
        complete.numerator,
        complete.denominator,
        complete.value,
        complete.sample_size,
        complete.interval_centre,
        complete.interval_margin,
        complete.open_share,
        complete.window_start,
        case
            when complete.family_status in ('quota_met', 'forecast_met') then complete.family_status
            when
                complete.value is null
                and (
                    catalog.method in ('sum', 'balance')
                    or (catalog.method in ('ratio', 'mean') and complete.denominator <> 0)
                )
                then 'input_missing'
            when complete.value is null then 'no_denominator'
            when complete.window_start is null and catalog.covered_from > complete.period_start
                then 'partial_start'
            when complete.family_status <> 'ok' then complete.family_status
            when
                complete.open_share > settings.maturity_open_share
                and coalesce(
                    {{ days_between('periods.period_end', 'settings.as_of_date') }}
                    < cohort_maturity.mature_after_days,
                    true
                )
                then 'immature'
            else 'ok'
        end as value_status,
        periods.is_complete,
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

)

select * from final
