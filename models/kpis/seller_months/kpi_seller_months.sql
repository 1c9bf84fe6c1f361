with

measured as (

    {{ measured(
        ref('credited_sellers'),
        date='closed_date',
        attributes=['rep', 'region'],
        counts=['credits', 'valued_credits'],
        amounts=['booked'],
    ) }}

),

seller_months as (

    select * from {{ ref('seller_months') }}

),

slices as (

    select period_grain, period_start, dimension, dimension_id from measured
    where period_grain not in ('day', 'week')

    union

    select period_grain, period_start, dimension, dimension_id from seller_months

),

joined as (

    select
        slices.*,
        coalesce(measured.credits, 0) as credits,
        coalesce(seller_months.seller_months, 0) as seller_months,
        seller_months.fte_months,
        -- Nothing sold is 0, and what nobody knows the worth of is not.
        case
            when coalesce(measured.credits, 0) = 0 then 0
            when measured.valued_credits > 0 then measured.booked
        end as booked

    from slices

    left join measured
        on
            slices.period_grain = measured.period_grain
            and slices.period_start = measured.period_start
            and slices.dimension = measured.dimension
            and slices.dimension_id = measured.dimension_id

    left join seller_months
        on
            slices.period_grain = seller_months.period_grain
            and slices.period_start = seller_months.period_start
            and slices.dimension = seller_months.dimension
            and slices.dimension_id = seller_months.dimension_id

),

final as (

    select
        *,
        cast(booked as double) / nullif(fte_months, 0) as rep_productivity

    from joined

)

select * from final
