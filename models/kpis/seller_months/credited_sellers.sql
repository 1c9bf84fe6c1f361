with

-- A share of nothing is no credit.
bookings as (

    select * from {{ ref('fct_bookings') }}

    where amount_share <> 0

),

employment as (

    select * from {{ ref('fct_employment') }}

    where is_quota_carrying

),

-- What is credited to nobody who sells on that day is no product of sellers.
final as (

    select
        bookings.opportunity_id,
        bookings.user_id as owner_id,
        bookings.team_id,
        employment.region_id,
        bookings.closed_date,
        1 as credits,
        case when bookings.credited_amount_corporate is null then 0 else 1 end as valued_credits,
        bookings.credited_amount_corporate as booked

    from bookings

    inner join employment
        on
            bookings.user_id = employment.user_id
            and bookings.closed_date >= employment.valid_from
            and bookings.closed_date < {{ open_end('employment.valid_to') }}

)

select * from final
