with

selling_months as (

    select * from {{ ref('fct_selling_months') }}

),

bookings as (

    select
        *,
        cast({{ dbt.date_trunc('month', 'closed_date') }} as date) as month_start

    from {{ ref('fct_bookings') }}

),

opportunities as (

    select * from {{ ref('fct_opportunities') }}

),

-- A deal that was opened before the seller came is somebody else's work, and is named.
final as (

    select
        selling_months.user_id,
        selling_months.month_start,
        cast(sum(bookings.credited_amount_plan) as decimal(38, 4)) as booked_plan,
        cast(sum(
            case
                when opportunities.created_date < selling_months.hired_on
                    then bookings.credited_amount_plan
            end
        ) as decimal(38, 4)) as inherited_plan

    from selling_months

    inner join bookings
        on
            selling_months.user_id = bookings.user_id
            and selling_months.month_start = bookings.month_start

    inner join opportunities
        on bookings.opportunity_id = opportunities.opportunity_id

    group by selling_months.user_id, selling_months.month_start

)

select * from final
