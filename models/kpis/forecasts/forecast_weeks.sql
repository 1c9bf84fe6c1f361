with

called as (

    select * from {{ ref('weekly_calls') }}

),

booked as (

    select * from {{ ref('forecast_bookings') }}

    where dimension = 'total'

),

final as (

    select
        called.forecast_level,
        called.submitter_id,
        called.team_id,
        called.category,
        called.period_start,
        called.period_end,
        called.week_of_quarter,
        called.week_end,
        called.is_stale,
        called.forecast_plan,
        cast(coalesce(sum(booked.booked_plan), 0) as decimal(38, 4)) as won_to_date

    from called

    left join booked
        on
            booked.is_by_seller = (called.forecast_level = 'rep')
            and called.booker_id = booked.booker_id
            and called.period_start <= booked.closed_date
            and called.week_end > booked.closed_date

    group by
        called.forecast_level,
        called.submitter_id,
        called.team_id,
        called.category,
        called.period_start,
        called.period_end,
        called.week_of_quarter,
        called.week_end,
        called.is_stale,
        called.forecast_plan

)

select * from final
