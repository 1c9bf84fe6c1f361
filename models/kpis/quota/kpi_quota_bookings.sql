with

bookings as (

    select * from {{ ref('fct_bookings') }}

    where amount_share <> 0

),

bridge_members as (

    select * from {{ ref('bridge_opportunity_members') }}

    where dimension = 'product_family'

),

-- A quota for a slice is met by bookings of that slice only.
scoped as (

    select
        user_id, closed_date, recorded_date,
        'total' as dimension, 'all' as dimension_id, credited_amount_plan
    from bookings

    {% for scope in ['region', 'segment', 'pipeline'] -%}
    union all

    select user_id, closed_date, recorded_date, '{{ scope }}', {{ scope }}_id, credited_amount_plan
    from bookings

    {% endfor -%}
    union all

    select
        bookings.user_id,
        bookings.closed_date,
        bookings.recorded_date,
        'product_family',
        bridge_members.dimension_id,
        {{ multiply_money('bookings.credited_amount_plan', 'bridge_members.amount_share') }}

    from bookings

    inner join bridge_members
        on bookings.opportunity_id = bridge_members.opportunity_id

),

final as (

    select
        user_id,
        closed_date,
        recorded_date,
        dimension,
        dimension_id,
        count(credited_amount_plan) as booked_deals,
        cast(sum(credited_amount_plan) as decimal(38, 4)) as booked_plan

    from scoped

    group by user_id, closed_date, recorded_date, dimension, dimension_id

)

select * from final
