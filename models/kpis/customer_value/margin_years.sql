-- The twelve whole months before the end of every month, and what was earned in them.
with

margins as (

    select * from {{ ref('customer_margins') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

    where is_started and period_grain = 'month'

),

ends as (

    select distinct
        cast({{ dbt.date_trunc('month', 'measured_date') }} as date) as window_end,
        cast(
            {{ dbt.dateadd('month', -12, dbt.date_trunc('month', 'measured_date')) }} as date
        ) as window_start

    from periods

),

monthly as (

    {{ sliced(
        rows='margins',
        team_date='month_start',
        attributes=['region', 'product', 'product_family', 'segment', 'lead_source', 'cohort'],
        amounts=['costed_amount', 'gross_profit'],
        keys=['month_start'],
    ) }}

),

-- A year in which nothing was earned is a year all the same.
final as (

    select
        ends.window_end,
        ends.window_start,
        coalesce(monthly.dimension, 'total') as dimension,
        coalesce(monthly.dimension_id, 'all') as dimension_id,
        cast(sum(monthly.costed_amount) as decimal(38, 4)) as costed_amount,
        cast(sum(monthly.gross_profit) as decimal(38, 4)) as gross_profit

    from ends

    left join monthly
        on
            ends.window_start <= monthly.month_start
            and ends.window_end > monthly.month_start

    group by ends.window_end, ends.window_start, monthly.dimension, monthly.dimension_id

)

select * from final
