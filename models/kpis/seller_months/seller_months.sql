with

members as (

    select * from {{ ref('bridge_employment_members') }}

    where is_quota_carrying and not is_on_long_leave

),

period_dates as (

    select * from {{ ref('dim_period_dates') }}

    where period_grain not in ('day', 'week')

),

-- Nobody could sell before the first deal, so no day before it is capacity.
months as (

    select
        periods.period_start as month_start,
        greatest(periods.period_start, coverage.covered_from) as counted_from,
        periods.snapshot_date as counted_to,
        periods.days_in_period

    from {{ ref('dim_periods') }} as periods

    inner join {{ ref('dim_input_coverage') }} as coverage
        on coverage.table_name = 'opportunities' and periods.period_end > coverage.covered_from

    where periods.is_started and periods.period_grain = 'month'

),

placed as (

    select user_id, dimension, dimension_id, fte, valid_from, valid_to from members

    union all

    select user_id, 'rep' as dimension, user_id as seller_id, fte, valid_from, valid_to from members
    where dimension = 'total'

),

-- A day of February is more of a month than one of March; half a seller is half of it.
monthly as (

    select
        months.month_start,
        placed.dimension,
        placed.dimension_id,
        count(distinct placed.user_id) as sellers,
        cast(
            sum(
                cast(placed.fte as decimal(9, 4)) * {{ days_between(
                    'greatest(placed.valid_from, months.counted_from)',
                    'least(placed.valid_to, months.counted_to)',
                ) }}
            ) as double
        ) / months.days_in_period as fte_months

    from placed

    inner join months
        on
            placed.valid_from < months.counted_to
            and {{ open_end('placed.valid_to') }} > months.counted_from

    group by months.month_start, months.days_in_period, placed.dimension, placed.dimension_id

),

final as (

    select
        period_dates.period_grain,
        period_dates.period_start,
        monthly.dimension,
        monthly.dimension_id,
        cast(sum(monthly.sellers) as bigint) as seller_months,
        sum(monthly.fte_months) as fte_months

    from monthly

    inner join period_dates
        on monthly.month_start = period_dates.date_day

    group by
        period_dates.period_grain,
        period_dates.period_start,
        monthly.dimension,
        monthly.dimension_id

)

select * from final
