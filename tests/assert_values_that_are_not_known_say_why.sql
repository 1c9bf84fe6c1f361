-- A value is null exactly when its status gives the reason, and the true one; what is withheld
-- shows neither parts nor interval. Only a value can be immature, or of a period that coverage
-- begins in (G-1, G-18): such a period has its value, and what lies before, or looks back before,
-- has none.
with

catalog as (

    select * from {{ ref('kpi_catalog') }}

),

settings as (

    select * from {{ ref('dim_settings') }}

),

cohort_maturity as (

    select * from {{ ref('dim_cohort_maturity') }}

),

kpi_values as (

    select * from {{ ref('kpi_values') }}

),

-- The first day that a value looks at.
complete as (

    select * from {{ ref('kpi_values_complete') }}

    where window_start is not null

)

select
    kpi_values.kpi_id,
    kpi_values.period_grain,
    kpi_values.period_start,
    kpi_values.dimension,
    kpi_values.dimension_id,
    kpi_values.value,
    kpi_values.sample_size,
    kpi_values.value_status,
    catalog.method

from kpi_values

cross join settings

cross join cohort_maturity

inner join catalog
    on kpi_values.kpi_id = catalog.kpi_id

left join complete
    on
        kpi_values.kpi_id = complete.kpi_id
        and kpi_values.period_grain = complete.period_grain
        and kpi_values.period_start = complete.period_start
        and kpi_values.dimension = complete.dimension
        and kpi_values.dimension_id = complete.dimension_id
        and kpi_values.part = complete.part

where
    case
        when kpi_values.value is null
            then kpi_values.value_status not in (
                'not_covered',
                'input_missing',
                'no_denominator',
                'provisional',
                'quota_met',
                'forecast_met',
                'dq_blocked'
            )
        else
            kpi_values.value_status not in (
                'ok', 'partial_start', 'immature', 'provisional', 'window_180', 'window_365'
            )
    end
    or (
        kpi_values.value_status = 'provisional'
        and kpi_values.value is null
        and not (catalog.is_null_until_complete and not kpi_values.is_complete)
    )
    -- Sums without one known amount miss their input as well, and so do the ratios over them.
    or case
        when catalog.availability = 'input_missing' then kpi_values.value_status <> 'input_missing'
        when catalog.method in ('sum', 'balance') then false
        when catalog.method in ('ratio', 'mean')
            then
                kpi_values.value_status = 'input_missing'
                and (kpi_values.numerator is not null or kpi_values.denominator = 0)
        else kpi_values.value_status = 'input_missing'
    end
    -- A gate withholds every value of a KPI, or none (F51).
    or (kpi_values.value_status = 'dq_blocked')
    <> (catalog.availability = 'available' and coalesce(catalog.dq_status = 'block', false))
    or (
        catalog.availability = 'available'
        and coalesce(catalog.dq_status <> 'block', true)
        and (kpi_values.value_status = 'not_covered')
        <> coalesce(
            catalog.covered_from >= kpi_values.period_end
            or catalog.covered_from > complete.window_start
            or (
                catalog.measured in ('start', 'period_start')
                and catalog.covered_from > kpi_values.measured_at
            ),
            false
        )
    )
    or (
        kpi_values.value is not null
        and (kpi_values.value_status = 'partial_start')
        <> coalesce(
            complete.window_start is null and catalog.covered_from > kpi_values.period_start, false
        )
    )
    or (
        kpi_values.value_status = 'no_denominator'
        and (
            catalog.method in ('sum', 'balance')
            or (catalog.method in ('ratio', 'mean') and kpi_values.denominator <> 0)
        )
    )
    or (
        catalog.method in ('mean', 'median', 'derived')
        and kpi_values.sample_size = 0
        and kpi_values.value is not null
    )
    or (
        catalog.is_null_until_complete
        and not kpi_values.is_complete
        and kpi_values.value is not null
    )
    -- Too much of the cohort is open, and it is younger than nine of ten won deals were long.
    or (
        kpi_values.value_status in ('ok', 'immature')
        and (kpi_values.value_status = 'immature')
        <> coalesce(
            kpi_values.open_share > settings.maturity_open_share
            and coalesce(
                {{ days_between('kpi_values.period_end', 'settings.as_of_date') }}
                < cohort_maturity.mature_after_days,
                true
            ),
            false
        )
    )
    or (
        kpi_values.value is null
        and kpi_values.value_status in ('not_covered', 'provisional', 'dq_blocked')
        and coalesce(
            kpi_values.numerator, kpi_values.denominator, kpi_values.ci_low, kpi_values.ci_high
        ) is not null
    )
