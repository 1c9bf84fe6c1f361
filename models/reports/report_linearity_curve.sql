-- How bookings come in day by day over a quarter, beside an even course.
with

days as (

    select * from {{ ref('kpi_values') }}

    where kpi_id = 'bookings' and period_grain = 'day'

),

quarter_values as (

    select * from {{ ref('kpi_values') }}

    where kpi_id = 'bookings' and period_grain = 'quarter' and dimension = 'total'

),

quotas as (

    select * from {{ ref('kpi_quota') }}

    where period_grain = 'quarter' and dimension = 'total'

),

periods as (

    select * from {{ ref('dim_periods') }} where period_grain = 'quarter'

),

-- The whole of a running quarter is not known, so its curve is drawn against its target.
quarters as (

    select
        quarter_values.period_start as quarter_start,
        quarter_values.period_end as quarter_end,
        quarter_values.is_complete,
        periods.days_in_period,
        case
            when quarter_values.is_complete then quarter_values.value
            else coalesce(
                cast(quarter_values.target_value as double), cast(quotas.quota_plan as double)
            )
        end as whole_amount,
        row_number() over (order by quarter_values.period_start desc) as quarters_back

    from quarter_values

    inner join periods
        on quarter_values.period_start = periods.period_start

    left join quotas
        on quarter_values.period_start = quotas.period_start

    where quarter_values.value_status in ('ok', 'partial_start')

),

curve as (

    select
        quarters.quarter_start,
        quarters.is_complete,
        days.period_start as date_day,
        {{ days_between('quarters.quarter_start', 'days.period_start') }} + 1 as day_of_quarter,
        quarters.days_in_period,
        quarters.whole_amount,
        days.value as booked_amount,
        sum(days.value) over (
            partition by quarters.quarter_start order by days.period_start
        ) as cumulative_amount

    from quarters

    inner join days
        on
            quarters.quarter_start <= days.period_start
            and quarters.quarter_end > days.period_start

    where quarters.quarters_back <= 9

),

final as (

    select
        *,
        cumulative_amount / nullif(whole_amount, 0) as cumulative_share,
        day_of_quarter / cast(days_in_period as double) as even_share

    from curve

)

select * from final
