with

scoped_bookings as (

    select * from {{ ref('kpi_quota_bookings') }}

),

bookings as (

    select * from {{ ref('fct_bookings') }}

),

team_closure as (

    select * from {{ ref('dim_team_closure') }}

),

-- Sellers are held against their own bookings, other levels against all of their team.
final as (

    select
        true as is_by_seller,
        user_id as booker_id,
        dimension,
        dimension_id,
        closed_date,
        recorded_date,
        booked_plan

    from scoped_bookings

    union all

    select
        false,
        team_closure.ancestor_team_id,
        'total',
        'all',
        bookings.closed_date,
        bookings.recorded_date,
        bookings.credited_amount_plan

    from bookings

    inner join team_closure
        on
            bookings.team_id = team_closure.team_id
            and bookings.closed_date >= team_closure.valid_from
            and bookings.closed_date < {{ open_end('team_closure.valid_to') }}

    union all

    select false, 'all', 'total', 'all', closed_date, recorded_date, credited_amount_plan
    from bookings

)

select * from final
