-- What adds up, from the first day of a period to as_of, beside the same days of the period before
-- and of the year before (F18).
with

kpi_values as (

    select * from {{ ref('kpi_values') }} where period_grain = 'day'

),

catalog as (

    select * from {{ ref('kpi_catalog') }}

    where parts_additivity = 'A' and method = 'sum' and {{ is_listed_in("'day'", 'valid_grains') }}

),

spans as (

    select * from {{ ref('spans_to_date') }}

),

-- A span is known where each of its days is.
summed as (

    select
        catalog.kpi_id,
        spans.period_grain,
        spans.period_start,
        spans.period_end,
        spans.elapsed_days,
        spans.kind,
        case
            when
                count(kpi_values.value)
                = {{ days_between('min(spans.first_day)', 'min(spans.day_after)') }}
                then sum(kpi_values.value)
        end as value

    from spans

    cross join catalog

    left join kpi_values
        on
            catalog.kpi_id = kpi_values.kpi_id
            and spans.first_day <= kpi_values.period_start
            and spans.day_after > kpi_values.period_start

    group by
        catalog.kpi_id,
        spans.period_grain,
        spans.period_start,
        spans.period_end,
        spans.elapsed_days,
        spans.kind

),

told as (

    select
        kpi_id,
        period_grain,
        period_start,
        period_end,
        elapsed_days,
        max(case when kind = 'value' then value end) as value_to_date,
        max(case when kind = 'prior' then value end) as prior_value_to_date,
        max(case when kind = 'prior_year' then value end) as prior_year_value_to_date

    from summed

    group by kpi_id, period_grain, period_start, period_end, elapsed_days

),

final as (

    select
        *,
        case when prior_value_to_date > 0 then value_to_date / prior_value_to_date - 1 end
            as change,
        case
            when prior_year_value_to_date > 0 then value_to_date / prior_year_value_to_date - 1
        end as change_on_year

    from told

    where value_to_date is not null

)

select * from final
