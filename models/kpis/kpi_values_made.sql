-- Values made of other KPIs' values, told as those are; nothing is compared with them again.
with

complete as (

    select * from {{ ref('kpi_values_made_complete') }}

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

judged as (

    select
        complete.*,
        catalog.interval_method,
        catalog.covered_from,
        periods.period_end,
        periods.is_complete,
        case when catalog.measured = 'end' then periods.measured_date end as measured_at,
        complete.sample_size < settings.min_n_display as is_small_sample,
        case
            when catalog.availability = 'input_missing' then 'input_missing'
            when catalog.dq_status = 'block' then 'dq_blocked'
            when catalog.covered_from >= periods.period_end then 'not_covered'
            when catalog.is_null_until_complete and not periods.is_complete then 'provisional'
        end as withheld_status

    from complete

    cross join settings

    inner join catalog
        on complete.kpi_id = catalog.kpi_id

    inner join periods
        on
            complete.period_grain = periods.period_grain
            and complete.period_start = periods.period_start

),

final as (

    select
        kpi_id,
        period_grain,
        period_start,
        period_end,
        dimension,
        dimension_id,
        part,
        part_label,
        measured_at,
        case when withheld_status is null then numerator end as numerator,
        case when withheld_status is null then denominator end as denominator,
        case when withheld_status is null then value end as value,
        sample_size,
        case
            when withheld_status is null and interval_method = 'wilson'
                then {{ wilson_bound('numerator', 'denominator', '-') }}
        end as ci_low,
        case
            when withheld_status is null and interval_method = 'wilson'
                then {{ wilson_bound('numerator', 'denominator', '+') }}
        end as ci_high,
        cast(null as double) as open_share,
        case
            when withheld_status is not null then withheld_status
            when value is null then 'no_denominator'
            when covered_from > period_start then 'partial_start'
            else 'ok'
        end as value_status,
        is_complete,
        is_small_sample,
        cast(null as double) as prior_value,
        cast(null as double) as prior_year_value

    from judged

)

select * from final
