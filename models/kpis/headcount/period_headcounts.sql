with

members as (

    select * from {{ ref('bridge_employment_members') }}

),

periods as (

    select
        *,
        {{ days_between('period_start', 'snapshot_date') }} as elapsed_days

    from {{ ref('dim_periods') }}

    where is_started and period_grain not in ('day', 'week')

),

-- Whole people count by the days they were there, half ones by half of them.
present as (

    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        periods.elapsed_days,
        members.dimension,
        members.dimension_id,
        members.user_id,
        members.is_sales,
        members.is_quota_carrying and not members.is_on_long_leave as is_selling,
        cast(members.fte as decimal(9, 4)) * {{ days_between(
            'greatest(members.valid_from, periods.period_start)',
            'least(members.valid_to, periods.snapshot_date)',
        ) }} as fte_days

    from members

    inner join periods
        on
            members.valid_from < periods.snapshot_date
            and {{ open_end('members.valid_to') }} > periods.period_start

),

final as (

    select
        period_grain,
        period_start,
        period_end,
        elapsed_days,
        dimension,
        dimension_id,
        count(distinct user_id) as employees,
        count(distinct case when is_sales then user_id end) as sales_employees,
        count(distinct case when is_selling then user_id end) as sellers,
        cast(sum(fte_days) as double) / elapsed_days as fte,
        cast(sum(case when is_sales then fte_days end) as double) / elapsed_days as sales_fte,
        cast(sum(case when is_selling then fte_days end) as double) / elapsed_days as seller_fte

    from present

    group by period_grain, period_start, period_end, elapsed_days, dimension, dimension_id

)

select * from final
