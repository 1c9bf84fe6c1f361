with

-- A share of nothing is no credit.
bookings as (

    select * from {{ ref('fct_bookings') }}

    where amount_share <> 0

),

users as (

    select * from {{ ref('dim_users') }}

),

period_dates as (

    select * from {{ ref('dim_period_dates') }}

    where period_grain not in ('day', 'week')

),

-- The region is the seller's, as the sellers' own is; the team is that of the close.
credits as (

    select
        bookings.closed_date,
        bookings.user_id,
        bookings.team_id,
        coalesce(users.region_id, '-1') as region_id,
        1 as credits,
        bookings.credited_amount_corporate as credited

    from bookings

    left join users
        on bookings.user_id = users.user_id

),

days as (

    {{ sliced(
        'credits', 'closed_date', ['region'], counts=['credits'], amounts=['credited'],
        keys=['closed_date', 'user_id']
    ) | indent(4) }}

),

final as (

    select
        period_dates.period_grain,
        period_dates.period_start,
        days.dimension,
        days.dimension_id,
        days.user_id,
        cast(sum(days.credits) as bigint) as credits,
        cast(sum(days.credited) as decimal(38, 4)) as credited

    from days

    inner join period_dates
        on days.closed_date = period_dates.date_day

    group by
        period_dates.period_grain,
        period_dates.period_start,
        days.dimension,
        days.dimension_id,
        days.user_id

)

select * from final
