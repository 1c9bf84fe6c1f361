{#- The twelve periods before a value. -#}
{%- set before -%}
    partition by rules.rule_id, kpi_values.dimension_id
            order by kpi_values.period_start
            rows between 12 preceding and 1 preceding
{%- endset -%}

-- Finished values that an alert rule watches, beside the twelve periods before each.
with

rules as (

    select * from {{ ref('alert_rules') }} where kind <> 'pace'

),

kpi_values as (

    select * from {{ ref('kpi_values') }}

    where
        part = 'all'
        and is_complete
        and value is not null
        and value_status not in ('immature', 'partial_start', 'provisional')

),

final as (

    select
        rules.rule_id,
        rules.kind,
        rules.is_above,
        rules.limit_value,
        rules.smallest_sample,
        rules.fewest_periods,
        rules.owner,
        rules.diagnostic,
        kpi_values.kpi_id,
        kpi_values.period_grain,
        kpi_values.period_start,
        kpi_values.period_end,
        kpi_values.dimension,
        kpi_values.dimension_id,
        kpi_values.dimension_value,
        kpi_values.value,
        kpi_values.sample_size,
        count(kpi_values.value) over ({{ before }}) as baseline_periods,
        avg(kpi_values.value) over ({{ before }}) as baseline_mean,
        stddev_samp(kpi_values.value) over ({{ before }}) as baseline_deviation

    from rules

    inner join kpi_values
        on
            rules.kpi_id = kpi_values.kpi_id
            and rules.period_grain = kpi_values.period_grain
            and rules.dimension = kpi_values.dimension

)

select * from final
