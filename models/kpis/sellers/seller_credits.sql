with

-- A share of nothing is no credit.
bookings as (

    select * from {{ ref('fct_bookings') }}

    where amount_share <> 0

),

users as (

    select * from {{ ref('dim_users') }}

),

team_closure as (

    select * from {{ ref('dim_team_closure') }}

),

period_dates as (

    select * from {{ ref('dim_period_dates') }}

    where period_grain not in ('day', 'week')

),

days as (

    select
        closed_date,
        user_id,
        team_id,
        count(*) as credits,
        sum(credited_amount_corporate) as credited

    from bookings

    group by closed_date, user_id, team_id

),

-- The region is the seller's, as the sellers' own is; the team is that of the close.
placed as (

    select days.*, 'total' as dimension, 'all' as dimension_id from days

    union all

    select
        days.*,
        'region',
        coalesce(users.region_id, '-1')

    from days

    left join users
        on days.user_id = users.user_id

    union all

    select
        days.*,
        'team',
        team_closure.ancestor_team_id

    from days

    inner join team_closure
        on
            days.team_id = team_closure.team_id
            and days.closed_date >= team_closure.valid_from
            and days.closed_date < {{ open_end('team_closure.valid_to') }}

),

final as (

    select
        period_dates.period_grain,
        period_dates.period_start,
        placed.dimension,
        placed.dimension_id,
        placed.user_id,
        cast(sum(placed.credits) as bigint) as credits,
        cast(sum(placed.credited) as decimal(38, 4)) as credited

    from placed

    inner join period_dates
        on placed.closed_date = period_dates.date_day

    group by
        period_dates.period_grain,
        period_dates.period_start,
        placed.dimension,
        placed.dimension_id,
        placed.user_id

)

select * from final
