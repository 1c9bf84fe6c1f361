-- What a quarter had won at the start of each of its months, and what it won in the end.
with

input_coverage as (

    select * from {{ ref('dim_input_coverage') }}

    where table_name = 'opportunities'

),

-- Before the data begin nothing is known of a quarter, not even that it won nothing.
quarters as (

    select periods.*

    from {{ ref('dim_periods') }} as periods

    inner join input_coverage
        on periods.period_start >= input_coverage.covered_from

    where periods.period_grain = 'quarter'

),

months as (

    select * from {{ ref('dim_periods') }}

    where period_grain = 'month' and is_started

),

wins as (

    select * from {{ ref('fct_opportunities') }}

    where is_won

),

opened as (

    select
        quarter_start,
        snapshot_date,
        sum(won_amount) as won_from_open

    from {{ ref('projected_stages') }}

    group by quarter_start, snapshot_date

),

booked as (

    select
        quarters.period_start as quarter_start,
        quarters.period_end as quarter_end,
        quarters.is_complete,
        months.period_start as snapshot_date,
        cast(
            {{ dbt.datediff('quarters.period_start', 'months.period_start', 'month') }} + 1
            as integer
        ) as month_of_quarter,
        cast(
            coalesce(
                sum(
                    case
                        when wins.closed_date < months.period_start then wins.amount_corporate
                    end
                ),
                0
            ) as decimal(38, 4)
        ) as won_to_date,
        cast(coalesce(sum(wins.amount_corporate), 0) as decimal(38, 4)) as booked_amount

    from quarters

    inner join months
        on
            quarters.period_start <= months.period_start
            and quarters.period_end > months.period_start

    left join wins
        on
            quarters.period_start <= wins.closed_date
            and quarters.period_end > wins.closed_date

    group by
        quarters.period_start, quarters.period_end, quarters.is_complete, months.period_start

),

-- What was won of nothing that stood open then was created, or came back, later.
final as (

    select
        booked.quarter_start,
        booked.quarter_end,
        booked.is_complete,
        booked.snapshot_date,
        booked.month_of_quarter,
        booked.won_to_date,
        booked.booked_amount,
        cast(
            booked.booked_amount - booked.won_to_date - coalesce(opened.won_from_open, 0)
            as decimal(38, 4)
        ) as won_from_new

    from booked

    left join opened
        on
            booked.quarter_start = opened.quarter_start
            and booked.snapshot_date = opened.snapshot_date

)

select * from final
