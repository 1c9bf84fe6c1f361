with

cohorts as (

    select * from {{ ref('aged_cohorts') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

    where is_started and period_grain not in ('day', 'week')

),

valued as (

    select
        measured_date,
        'cohort' as dimension,
        cohort_id as dimension_id,
        cast(age_months as {{ dbt.type_string() }}) as age,
        customers,
        gross_profit

    from cohorts

    union all

    select
        measured_date,
        'total' as dimension,
        'all' as dimension_id,
        cast(null as {{ dbt.type_string() }}) as age,
        cast(sum(customers) as bigint) as customers,
        cast(sum(gross_profit) as decimal(38, 4)) as gross_profit

    from cohorts

    group by measured_date

),

final as (

    select
        periods.period_grain,
        periods.period_start,
        valued.dimension,
        valued.dimension_id,
        coalesce(valued.age, 'all') as age_months,
        coalesce('Month ' || valued.age, 'All') as age_label,
        valued.customers,
        valued.gross_profit as historical_value,
        cast(valued.gross_profit as double) / cast(valued.customers as double) as clv_historical

    from valued

    inner join periods
        on valued.measured_date = periods.measured_date

)

select * from final
