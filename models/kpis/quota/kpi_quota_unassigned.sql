-- Bookings that no seller's quota covers: disclosed, never mixed into attainment.
with

bookings as (

    select * from {{ ref('fct_bookings') }}

),

quota_periods as (

    select * from {{ ref('fct_quota_periods') }}

    where quota_level = 'rep' and dimension = 'total' and quota_plan > 0 and is_started

),

team_closure as (

    select * from {{ ref('dim_team_closure') }}

),

periods_with_quota as (

    select distinct
        period_grain,
        period_start,
        period_end

    from quota_periods

),

unquotaed as (

    select
        periods_with_quota.period_grain,
        periods_with_quota.period_start,
        bookings.user_id,
        bookings.team_id,
        bookings.closed_date,
        bookings.credited_amount_plan

    from bookings

    inner join periods_with_quota
        on
            bookings.closed_date >= periods_with_quota.period_start
            and bookings.closed_date < periods_with_quota.period_end

    left join quota_periods
        on
            bookings.user_id = quota_periods.user_id
            and periods_with_quota.period_grain = quota_periods.period_grain
            and periods_with_quota.period_start = quota_periods.period_start

    where quota_periods.user_id is null and bookings.amount_share <> 0

),

by_slice as (

    select
        period_grain,
        period_start,
        'total' as dimension,
        'all' as dimension_id,
        credited_amount_plan

    from unquotaed

    union all

    select period_grain, period_start, 'rep', user_id, credited_amount_plan from unquotaed

    union all

    select
        unquotaed.period_grain,
        unquotaed.period_start,
        'team',
        team_closure.ancestor_team_id,
        unquotaed.credited_amount_plan

    from unquotaed

    inner join team_closure
        on
            unquotaed.team_id = team_closure.team_id
            and unquotaed.closed_date >= team_closure.valid_from
            and unquotaed.closed_date < {{ open_end('team_closure.valid_to') }}

),

final as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        cast(count(credited_amount_plan) as bigint) as unquotaed_deals,
        cast(sum(credited_amount_plan) as decimal(38, 4)) as unquotaed_bookings

    from by_slice

    group by period_grain, period_start, dimension, dimension_id

)

select * from final
