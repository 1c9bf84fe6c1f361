-- Every share of a count has an interval around it within 0 and 1, and its sample is its
-- denominator; nothing else has one but scores, whose three assumed answers below a hundred may
-- pull the interval of a single answer off the answer.
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
    kpi_values.sample_size,
    kpi_values.ci_low,
    kpi_values.ci_high

from kpi_values

inner join catalog
    on kpi_values.kpi_id = catalog.kpi_id

where
    case
        when kpi_values.value is null or catalog.interval_method = 'none'
            then kpi_values.ci_low is not null or kpi_values.ci_high is not null
        when catalog.interval_method = 'wilson'
            then coalesce(
                kpi_values.ci_low < -1e-9
                or kpi_values.ci_low > kpi_values.value + 1e-9
                or kpi_values.ci_high < kpi_values.value - 1e-9
                or kpi_values.ci_high > 1 + 1e-9
                -- By Wilson a bound is 1.96 standard errors of its own off the value.
                or abs(
                    power(kpi_values.ci_low - kpi_values.value, 2) * kpi_values.denominator
                    - power(1.959964, 2) * kpi_values.ci_low * (1 - kpi_values.ci_low)
                ) > 1e-6
                or abs(
                    power(kpi_values.ci_high - kpi_values.value, 2) * kpi_values.denominator
                    - power(1.959964, 2) * kpi_values.ci_high * (1 - kpi_values.ci_high)
                ) > 1e-6
                or kpi_values.numerator < 0
                or kpi_values.numerator > kpi_values.denominator
                or kpi_values.numerator <> floor(kpi_values.numerator)
                or kpi_values.denominator <> kpi_values.sample_size,
                true
            )
        else
            coalesce(
                kpi_values.ci_low > kpi_values.ci_high
                or (
                    kpi_values.sample_size > 1
                    and (
                        kpi_values.ci_low > kpi_values.value + 1e-9
                        or kpi_values.ci_high < kpi_values.value - 1e-9
                    )
                ),
                true
            )
    end
