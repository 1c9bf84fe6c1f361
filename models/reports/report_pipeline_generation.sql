-- Is as much pipeline opened every week as the rest of the quarter needs? (E1)
with

created as (

    select * from {{ ref('kpi_created_pipeline') }}

    where period_grain = 'week' and dimension in ('total', 'team')

),

bookings as (

    select * from {{ ref('kpi_bookings') }}

    where period_grain = 'week'

),

quota_weeks as (

    select * from {{ ref('quota_weeks') }}

),

joined as (

    select
        quota_weeks.*,
        coalesce(cast(bookings.bookings as double), 0) as booked_amount,
        coalesce(cast(created.pipeline_created as double), 0) as created_amount

    from quota_weeks

    left join created
        on
            quota_weeks.week_start = created.period_start
            and quota_weeks.dimension = created.dimension
            and quota_weeks.dimension_id = created.dimension_id

    left join bookings
        on
            quota_weeks.week_start = bookings.period_start
            and quota_weeks.dimension = bookings.dimension
            and quota_weeks.dimension_id = bookings.dimension_id

),

remaining as (

    select
        *,
        greatest(
            quota
            - coalesce(
                sum(booked_amount) over (
                    partition by quarter_start, dimension, dimension_id
                    order by week_start
                    rows between unbounded preceding and 1 preceding
                ),
                0
            ),
            0
        ) as remaining_gap

    from joined

),

final as (

    select
        *,
        remaining_gap * required_coverage as required_pipeline,
        remaining_gap * required_coverage / greatest(14 - week_of_quarter, 1) as needed_amount,
        created_amount
        >= remaining_gap * required_coverage / greatest(14 - week_of_quarter, 1) as is_enough

    from remaining

)

select * from final
