with

base as (

    select * from {{ ref('kpi_values_base') }}

),

catalog as (

    select * from {{ ref('kpi_catalog') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

made as (

    select * from {{ ref('kpi_values_made') }}

),

-- Only finished periods are compared: half a month against a whole one says nothing.
dated as (

    select
        base.*,
        case when base.is_complete and catalog.has_comparison then periods.prior_period_start end
            as prior_period_start,
        case
            when base.is_complete and catalog.has_comparison then periods.prior_year_period_start
        end as prior_year_period_start

    from base

    inner join catalog
        on base.kpi_id = catalog.kpi_id

    inner join periods
        on base.period_grain = periods.period_grain and base.period_start = periods.period_start

),

final as (

    select
        dated.kpi_id,
        dated.period_grain,
        dated.period_start,
        dated.period_end,
        dated.dimension,
        dated.dimension_id,
        dated.part,
        dated.part_label,
        dated.measured_at,
        dated.numerator,
        dated.denominator,
        dated.value,
        dated.sample_size,
        dated.ci_low,
        dated.ci_high,
        dated.open_share,
        dated.value_status,
        dated.is_complete,
        dated.is_small_sample,
        earlier.value as prior_value,
        prior_year.value as prior_year_value

    from dated

    left join base as earlier
        on
            dated.kpi_id = earlier.kpi_id
            and dated.period_grain = earlier.period_grain
            and dated.prior_period_start = earlier.period_start
            and dated.dimension = earlier.dimension
            and dated.dimension_id = earlier.dimension_id
            and dated.part = earlier.part

    left join base as prior_year
        on
            dated.kpi_id = prior_year.kpi_id
            and dated.period_grain = prior_year.period_grain
            and dated.prior_year_period_start = prior_year.period_start
            and dated.dimension = prior_year.dimension
            and dated.dimension_id = prior_year.dimension_id
            and dated.part = prior_year.part

    union all

    select * from made

)

select * from final
