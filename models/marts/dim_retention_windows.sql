with

periods as (

    select * from {{ ref('dim_periods') }}

    where is_started and period_grain not in ('day', 'week')

),

final as (

    select distinct
        12 as window_months,
        cast({{ dbt.dateadd('month', -12, 'measured_date') }} as date) as window_start,
        measured_date as window_end

    from periods

    union all

    select distinct
        1 as window_months,
        cast({{ dbt.dateadd('month', -1, 'measured_date') }} as date) as window_start,
        measured_date as window_end

    from periods

    where period_grain = 'month'

)

select * from final
