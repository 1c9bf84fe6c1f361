with

sellers as (

    select
        *,
        min(valid_from) over (partition by user_id) as hired_date

    from {{ ref('fct_employment') }}

    where is_quota_carrying

),

quarters as (

    select * from {{ ref('dim_periods') }}

    where period_grain = 'quarter' and is_started

),

-- A seller sells in full six months after the first day.
present as (

    select
        quarters.period_start,
        quarters.days_in_period,
        sellers.fte,
        greatest(sellers.valid_from, quarters.period_start) as first_day,
        greatest(
            sellers.valid_from,
            quarters.period_start,
            cast({{ dbt.dateadd('month', 6, 'sellers.hired_date') }} as date)
        ) as first_ramped_day,
        least({{ open_end('sellers.valid_to') }}, quarters.period_end) as end_day

    from sellers

    inner join quarters
        on
            sellers.valid_from < quarters.period_end
            and quarters.period_start < {{ open_end('sellers.valid_to') }}

    where not sellers.is_on_long_leave

),

final as (

    select
        period_start as quarter_start,
        sum(fte * {{ days_between('first_day', 'end_day') }} / cast(days_in_period as double))
            as seller_fte,
        sum(
            fte * greatest({{ days_between('first_ramped_day', 'end_day') }}, 0)
            / cast(days_in_period as double)
        ) as ramped_fte

    from present

    group by period_start

)

select * from final
