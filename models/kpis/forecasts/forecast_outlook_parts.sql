with

outlooks as (

    select * from {{ ref('forecast_outlooks') }}

),

scoped_bookings as (

    select * from {{ ref('kpi_quota_bookings') }}

),

due_deals as (

    select * from {{ ref('scoped_due_deals') }}

),

-- What was won so far, what is due, and what was called, of the days of each call.
final as (

    select
        period_grain,
        period_start,
        submitter_id,
        team_id,
        team_date,
        dimension,
        dimension_id,
        cast(forecast_plan as decimal(38, 4)) as forecast_plan,
        cast(0 as decimal(38, 4)) as won_to_date,
        cast(0 as decimal(38, 4)) as open_in_period,
        0 as due_deals

    from outlooks

    union all

    select
        outlooks.period_grain,
        outlooks.period_start,
        outlooks.submitter_id,
        outlooks.team_id,
        outlooks.team_date,
        outlooks.dimension,
        outlooks.dimension_id,
        0,
        scoped_bookings.booked_plan,
        0,
        0

    from outlooks

    inner join scoped_bookings
        on
            outlooks.submitter_id = scoped_bookings.user_id
            and outlooks.dimension = scoped_bookings.dimension
            and outlooks.dimension_id = scoped_bookings.dimension_id
            and outlooks.forecast_start <= scoped_bookings.closed_date
            and outlooks.forecast_end > scoped_bookings.closed_date

    where not outlooks.is_complete

    union all

    select
        outlooks.period_grain,
        outlooks.period_start,
        outlooks.submitter_id,
        outlooks.team_id,
        outlooks.team_date,
        outlooks.dimension,
        outlooks.dimension_id,
        0,
        0,
        due_deals.amount_plan,
        1

    from outlooks

    inner join due_deals
        on
            outlooks.period_grain = due_deals.period_grain
            and outlooks.period_start = due_deals.period_start
            and outlooks.submitter_id = due_deals.owner_id
            and outlooks.dimension = due_deals.dimension
            and outlooks.dimension_id = due_deals.dimension_id
            and outlooks.forecast_start <= due_deals.expected_close_date
            and outlooks.forecast_end > due_deals.expected_close_date
            and case when outlooks.is_complete then due_deals.is_opening else due_deals.is_now end

)

select * from final
