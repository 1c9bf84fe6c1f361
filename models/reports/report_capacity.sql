with

capacity as (

    select * from {{ ref('fct_seller_capacity') }}

),

bookings as (

    select
        cast({{ dbt.date_trunc('quarter', 'closed_date') }} as date) as quarter_start,
        cast(sum(credited_amount_plan) as decimal(38, 4)) as booked_amount

    from {{ ref('fct_bookings') }}

    group by quarter_start

),

quotas as (

    select
        period_start as quarter_start,
        cast(sum(quota_plan) as decimal(38, 4)) as plan_amount

    from {{ ref('fct_quota_periods') }}

    where period_grain = 'quarter' and quota_level = 'rep'

    group by quarter_start

),

measured as (

    select
        capacity.*,
        bookings.booked_amount,
        quotas.plan_amount

    from capacity

    left join bookings
        on capacity.quarter_start = bookings.quarter_start

    left join quotas
        on capacity.quarter_start = quotas.quarter_start

),

-- What a ramped seller has brought in a quarter of the year before.
productive as (

    select
        measured.quarter_start,
        cast(sum(earlier.booked_amount) as double) / nullif(sum(earlier.ramped_fte), 0)
            as productivity

    from measured

    inner join measured as earlier
        on
            measured.quarter_start > earlier.quarter_start
            and earlier.quarter_start >= {{ dbt.dateadd('month', -12, 'measured.quarter_start') }}

    group by measured.quarter_start

    having count(*) = 4

),

final as (

    select
        measured.quarter_start,
        measured.seller_fte,
        measured.ramped_fte,
        productive.productivity,
        measured.ramped_fte * productive.productivity as capacity_amount,
        measured.plan_amount,
        measured.ramped_fte * productive.productivity - cast(measured.plan_amount as double)
            as capacity_gap,
        measured.ramped_fte * productive.productivity
        / nullif(cast(measured.plan_amount as double), 0) as capacity_to_plan,
        measured.booked_amount

    from measured

    left join productive
        on measured.quarter_start = productive.quarter_start

)

select * from final
