-- The days a quarter is projected on: the first of each of its months.
with

input_coverage as (

    select * from {{ ref('dim_input_coverage') }}

    where table_name = 'opportunities'

),

-- Before the data begin nothing is known of a quarter, not even that it won nothing.
quarters as (

    select periods.*

    from {{ ref('dim_periods') }} as periods

    inner join input_coverage
        on periods.period_start >= input_coverage.covered_from

    where periods.period_grain = 'quarter'

),

months as (

    select * from {{ ref('dim_periods') }}

    where period_grain = 'month' and is_started

),

final as (

    select
        quarters.period_start as quarter_start,
        quarters.period_end as quarter_end,
        quarters.is_complete,
        months.period_start as snapshot_date,
        cast(
            {{ dbt.datediff('quarters.period_start', 'months.period_start', 'month') }} + 1
            as integer
        ) as month_of_quarter

    from quarters

    inner join months
        on
            quarters.period_start <= months.period_start
            and quarters.period_end > months.period_start

)

select * from final
