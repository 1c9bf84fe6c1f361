-- What a quarter had won at the start of each of its months, and what it won in the end.
with

months as (

    select * from {{ ref('projected_dates') }}

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
        months.quarter_start,
        months.quarter_end,
        months.is_complete,
        months.snapshot_date,
        months.month_of_quarter,
        cast(
            coalesce(
                sum(
                    case
                        when wins.closed_date < months.snapshot_date then wins.amount_corporate
                    end
                ),
                0
            ) as decimal(38, 4)
        ) as won_to_date,
        cast(coalesce(sum(wins.amount_corporate), 0) as decimal(38, 4)) as booked_amount

    from months

    left join wins
        on
            months.quarter_start <= wins.closed_date
            and months.quarter_end > wins.closed_date

    group by
        months.quarter_start,
        months.quarter_end,
        months.is_complete,
        months.snapshot_date,
        months.month_of_quarter

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
