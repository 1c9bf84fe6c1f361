-- History is the last four quarters that were over when the period was measured.
with

periods as (

    select * from {{ ref('dim_periods') }}

    where period_grain not in ('day', 'week') and future_index <= 4

),

quarters as (

    select * from {{ ref('dim_periods') }}

    where period_grain = 'quarter'

),

input_coverage as (

    select * from {{ ref('dim_input_coverage') }}

    where table_name = 'opportunities'

),

dated as (

    select
        period_grain,
        period_start,
        case when is_complete then period_start else measured_date end as history_end

    from periods

),

final as (

    select
        dated.period_grain,
        dated.period_start,
        quarters.period_start as quarter_start,
        count(*) over (partition by dated.period_grain, dated.period_start) >= 4 as is_whole_year

    from dated

    cross join input_coverage

    inner join quarters
        on
            dated.history_end >= quarters.period_end
            and dated.history_end < {{ dbt.dateadd('month', 12, 'quarters.period_end') }}
            and input_coverage.covered_from <= quarters.period_start

)

select * from final
