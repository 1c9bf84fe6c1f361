-- What the capacity report calls booked was booked, at plan rates; who is ramped is a seller.
with

reported as (

    select * from {{ ref('report_capacity') }}

),

booked as (

    select
        cast({{ dbt.date_trunc('quarter', 'closed_date') }} as date) as quarter_start,
        sum(credited_amount_plan) as booked_amount

    from {{ ref('fct_bookings') }}

    group by 1

)

select
    reported.quarter_start,
    reported.booked_amount,
    booked.booked_amount as expected_amount

from reported

inner join booked
    on reported.quarter_start = booked.quarter_start

where
    abs(coalesce(reported.booked_amount, 0) - coalesce(booked.booked_amount, 0)) > 0.01
    or reported.ramped_fte > reported.seller_fte + 0.000001
