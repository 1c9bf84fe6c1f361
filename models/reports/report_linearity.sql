-- Is a quarter back-loaded?
with

curve as (

    select * from {{ ref('report_linearity_curve') }}

),

dates as (

    select * from {{ ref('dim_dates') }}

),

periods as (

    select * from {{ ref('dim_periods') }} where period_grain = 'quarter'

),

-- The last ten weekdays of a quarter, Monday to Friday.
last_weekdays as (

    select
        periods.period_start as quarter_start,
        dates.date_day,
        row_number() over (
            partition by periods.period_start order by dates.date_day desc
        ) as weekdays_left

    from periods

    inner join dates
        on periods.period_start <= dates.date_day and periods.period_end > dates.date_day

    where {{ days_between('dates.week_start_date', 'dates.date_day') }} < 5

),

late_days as (

    select
        quarter_start,
        min(date_day) as late_from

    from last_weekdays

    where weekdays_left <= 10

    group by quarter_start

),

final as (

    select
        curve.quarter_start,
        curve.is_complete,
        max(curve.whole_amount) as whole_amount,
        {%- for month in range(1, 4) %}
        sum(
            case
                when
                    extract(month from curve.date_day)
                    - extract(month from curve.quarter_start) + 1 = {{ month }}
                    then curve.booked_amount
            end
        ) / nullif(max(curve.whole_amount), 0) as month_{{ month }}_share,
        {%- endfor %}
        sum(case when curve.date_day >= late_days.late_from then curve.booked_amount end)
        / nullif(max(curve.whole_amount), 0) as last_10_weekdays_share,
        -- Twice the area between an even course and the curve: near 1 when all comes last.
        case
            when curve.is_complete
                then
                    2 * sum(curve.even_share - curve.cumulative_share) / max(curve.days_in_period)
        end as linearity_index

    from curve

    inner join late_days
        on curve.quarter_start = late_days.quarter_start

    group by curve.quarter_start, curve.is_complete

)

select * from final
