-- How the rest of a quarter would go if it went as that of an earlier one.
with

months as (

    select * from {{ ref('projected_months') }}

),

stages as (

    select * from {{ ref('projected_stages') }}

),

-- Only quarters that were over when the projected one began are looked at.
pairs as (

    select
        months.quarter_start,
        months.snapshot_date,
        months.won_to_date,
        earlier.snapshot_date as earlier_snapshot_date,
        earlier.won_from_new,
        cast(earlier.booked_amount - earlier.won_to_date as decimal(38, 4)) as remaining_amount

    from months

    inner join months as earlier
        on
            months.month_of_quarter = earlier.month_of_quarter
            and months.quarter_start >= earlier.quarter_end
            and earlier.quarter_start
            >= {{ dbt.dateadd('month', -12, 'months.quarter_start') }}

),

-- Each stage converts as it did then; a stage that was empty then gives nothing.
converted as (

    select
        pairs.snapshot_date,
        pairs.earlier_snapshot_date,
        sum(
            cast(stages.open_amount as double) * cast(earlier_stages.won_amount as double)
            / cast(nullif(earlier_stages.open_amount, 0) as double)
        ) as won_from_open

    from pairs

    inner join stages
        on pairs.snapshot_date = stages.snapshot_date

    inner join stages as earlier_stages
        on
            pairs.earlier_snapshot_date = earlier_stages.snapshot_date
            and stages.stage = earlier_stages.stage

    group by pairs.snapshot_date, pairs.earlier_snapshot_date

),

final as (

    select
        pairs.*,
        coalesce(converted.won_from_open, 0) as won_from_open

    from pairs

    left join converted
        on
            pairs.snapshot_date = converted.snapshot_date
            and pairs.earlier_snapshot_date = converted.earlier_snapshot_date

)

select * from final
