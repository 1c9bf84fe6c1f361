-- A sum or a balance is its numerator; wherever a numerator and a denominator stand beside a
-- value, the value is their quotient, and without a denominator, or with one of 0, there is none.
-- A ratio without a denominator says so and shows both parts as counted (G-18). Medians have none.
with

catalog as (

    select * from {{ ref('kpi_catalog') }}

),

kpi_values as (

    select * from {{ ref('kpi_values') }}

)

select
    kpi_values.kpi_id,
    kpi_values.period_grain,
    kpi_values.period_start,
    kpi_values.dimension,
    kpi_values.dimension_id,
    kpi_values.numerator,
    kpi_values.denominator,
    kpi_values.value,
    kpi_values.value_status,
    catalog.method

from kpi_values

inner join catalog
    on kpi_values.kpi_id = catalog.kpi_id

where
    case
        when catalog.method in ('sum', 'balance')
            then
                kpi_values.value is distinct from kpi_values.numerator
                or kpi_values.denominator is not null
        when catalog.method = 'median'
            then kpi_values.numerator is not null or kpi_values.denominator is not null
        -- A derived value may have parts: then it is their quotient as well.
        when
            catalog.method = 'derived'
            and kpi_values.numerator is null
            and kpi_values.denominator is null
            then false
        when kpi_values.value is not null
            then coalesce(
                abs(kpi_values.value - kpi_values.numerator / nullif(kpi_values.denominator, 0))
                > abs(kpi_values.value) * 1e-9,
                true
            )
        when kpi_values.value_status = 'no_denominator' and catalog.method in ('ratio', 'mean')
            then coalesce(kpi_values.numerator is null or kpi_values.denominator <> 0, true)
        else
            coalesce(kpi_values.denominator, 0) <> 0
            and kpi_values.numerator is not null
            and kpi_values.value_status not in ('quota_met', 'forecast_met')
    end
