with

measured as (

    {{ measured(
        ref('commissioned_sales'),
        date='earned_date',
        attributes=['rep', 'region'],
        counts=['pays', 'valued_pays', 'credits', 'valued_credits'],
        amounts=['variable_pay', 'booked'],
    ) }}

),

-- No pay is 0, and what nobody knows the worth of is not.
known as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        pays,
        credits,
        case when pays = 0 or valued_pays > 0 then coalesce(variable_pay, 0) end as variable_pay,
        case when credits = 0 or valued_credits > 0 then coalesce(booked, 0) end as booked

    from measured

),

final as (

    select
        *,
        cast(variable_pay as double) / cast(nullif(booked, 0) as double)
            as effective_commission_rate

    from known

)

select * from final
