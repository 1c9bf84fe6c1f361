with

compensation as (

    select * from {{ ref('fct_compensation') }}

),

bookings as (

    select
        *,
        cast({{ dbt.date_trunc('month', 'closed_date') }} as date) as month_start

    from {{ ref('fct_bookings') }}

    where amount_share <> 0

),

users as (

    select * from {{ ref('dim_users') }}

),

-- Bookings of a month whose pay is not known are no base: their pay would seem to be nothing.
paid_months as (

    select distinct user_id, month_start from compensation

),

final as (

    select
        user_id as owner_id,
        team_id,
        region_id,
        earned_date,
        1 as pays,
        case when amount_corporate is null then 0 else 1 end as valued_pays,
        0 as credits,
        0 as valued_credits,
        amount_corporate as variable_pay,
        cast(null as decimal(18, 4)) as booked

    from compensation

    where is_variable

    union all

    select
        bookings.user_id,
        bookings.team_id,
        coalesce(users.region_id, '-1'),
        bookings.closed_date,
        0,
        0,
        1,
        case when bookings.credited_amount_corporate is null then 0 else 1 end,
        null,
        bookings.credited_amount_corporate

    from bookings

    inner join paid_months
        on bookings.user_id = paid_months.user_id and bookings.month_start = paid_months.month_start

    left join users
        on bookings.user_id = users.user_id

)

select * from final
