with

customers as (

    select * from {{ ref('predicted_customers') }}

),

margins as (

    select * from {{ ref('margin_years') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

    where is_started and period_grain not in ('day', 'week')

),

summed as (

    {{ sliced(
        rows='customers',
        team_date='measured_date',
        attributes=['segment', 'lead_source', 'cohort'],
        counts=['predicted_customers'],
        amounts=['expected_value'],
        keys=['measured_date'],
    ) }}

),

-- What is bought earns what such customers earned in the year before.
final as (

    select
        periods.period_grain,
        periods.period_start,
        summed.dimension,
        summed.dimension_id,
        summed.predicted_customers,
        summed.expected_value,
        cast(summed.expected_value as double)
        * cast(margins.gross_profit as double)
        / cast(case when margins.costed_amount > 0 then margins.costed_amount end as double)
            as expected_profit,
        cast(summed.expected_value as double)
        * cast(margins.gross_profit as double)
        / cast(case when margins.costed_amount > 0 then margins.costed_amount end as double)
        / cast(summed.predicted_customers as double) as clv_predictive

    from summed

    inner join periods
        on summed.measured_date = periods.measured_date

    left join margins
        on
            summed.dimension = margins.dimension
            and summed.dimension_id = margins.dimension_id
            and cast({{ dbt.date_trunc('month', 'summed.measured_date') }} as date)
            = margins.window_end

)

select * from final
