with

quota_periods as (

    select * from {{ ref('fct_quota_periods') }}

    where quota_level = 'rep'

),

bookings as (

    select * from {{ ref('fct_bookings') }}

),

bridge_members as (

    select * from {{ ref('bridge_opportunity_members') }}

    where dimension = 'product_family'

),

-- A quota for a slice is met by bookings of that slice only.
bookings_by_scope as (

    select user_id, closed_date, 'total' as dimension, 'all' as dimension_id, credited_amount_plan
    from bookings

    union all

    select user_id, closed_date, 'region', region_id, credited_amount_plan from bookings

    union all

    select user_id, closed_date, 'segment', segment_id, credited_amount_plan from bookings

    union all

    select user_id, closed_date, 'pipeline', pipeline_id, credited_amount_plan from bookings

    union all

    select
        bookings.user_id,
        bookings.closed_date,
        'product_family',
        bridge_members.dimension_id,
        {{ multiply_money('bookings.credited_amount_plan', 'bridge_members.amount_share') }}

    from bookings

    inner join bridge_members
        on bookings.opportunity_id = bridge_members.opportunity_id

),

final as (

    select
        quota_periods.period_grain,
        quota_periods.period_start,
        quota_periods.period_end,
        quota_periods.user_id,
        quota_periods.team_id,
        quota_periods.team_date,
        quota_periods.rep_region_id,
        quota_periods.is_employed_throughout,
        quota_periods.is_started,
        quota_periods.is_complete,
        quota_periods.is_reached,
        quota_periods.dimension,
        quota_periods.dimension_id,
        quota_periods.quota_plan,
        cast(coalesce(sum(bookings_by_scope.credited_amount_plan), 0) as decimal(38, 4))
            as booked_plan

    from quota_periods

    left join bookings_by_scope
        on
            quota_periods.user_id = bookings_by_scope.user_id
            and quota_periods.dimension = bookings_by_scope.dimension
            and quota_periods.dimension_id = bookings_by_scope.dimension_id
            and quota_periods.period_start <= bookings_by_scope.closed_date
            and quota_periods.period_end > bookings_by_scope.closed_date

    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14

)

select * from final
