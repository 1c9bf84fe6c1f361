-- What would a quarter book if its rest went as that of each of the four quarters before?
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
        earlier.booked_amount - earlier.won_to_date as remaining_amount

    from months

    inner join months as earlier
        on
            months.month_of_quarter = earlier.month_of_quarter
            and months.quarter_start >= earlier.quarter_end
            and earlier.quarter_start
            >= {{ dbt.dateadd('month', -12, 'months.quarter_start') }}

),

-- Each stage converts as it did then; a stage that was empty then gives nothing.
scenarios as (

    select
        pairs.quarter_start,
        pairs.snapshot_date,
        pairs.earlier_snapshot_date,
        pairs.won_to_date,
        pairs.won_from_new,
        pairs.remaining_amount,
        coalesce(
            sum(
                cast(stages.open_amount as double) * cast(earlier_stages.won_amount as double)
                / cast(nullif(earlier_stages.open_amount, 0) as double)
            ),
            0
        ) as won_from_open

    from pairs

    left join stages
        on pairs.snapshot_date = stages.snapshot_date

    left join stages as earlier_stages
        on
            pairs.earlier_snapshot_date = earlier_stages.snapshot_date
            and stages.stage = earlier_stages.stage

    group by
        pairs.quarter_start,
        pairs.snapshot_date,
        pairs.earlier_snapshot_date,
        pairs.won_to_date,
        pairs.won_from_new,
        pairs.remaining_amount

),

projected as (

    select
        quarter_start,
        snapshot_date,
        avg(cast(won_to_date + won_from_new as double) + won_from_open) as projected_amount,
        min(cast(won_to_date + won_from_new as double) + won_from_open) as lowest_amount,
        max(cast(won_to_date + won_from_new as double) + won_from_open) as highest_amount,
        avg(cast(won_to_date + remaining_amount as double)) as baseline_amount

    from scenarios

    group by quarter_start, snapshot_date

    having count(*) = 4

),

scored as (

    select
        months.quarter_start,
        months.quarter_end,
        months.month_of_quarter,
        months.snapshot_date,
        months.won_to_date,
        projected.projected_amount,
        projected.lowest_amount,
        projected.highest_amount,
        projected.baseline_amount,
        case when months.is_complete then cast(months.booked_amount as double) end
            as booked_amount,
        case
            when months.is_complete
                then abs(projected.projected_amount - cast(months.booked_amount as double))
        end as projection_error,
        case
            when months.is_complete
                then abs(projected.baseline_amount - cast(months.booked_amount as double))
        end as baseline_error

    from months

    inner join projected
        on months.snapshot_date = projected.snapshot_date

),

-- The score of a method is its WAPE over all quarters whose result is known.
final as (

    select
        *,
        booked_amount >= lowest_amount and booked_amount <= highest_amount as is_within_interval,
        sum(projection_error) over (partition by month_of_quarter)
        / nullif(sum(booked_amount) over (partition by month_of_quarter), 0) as projection_wape,
        sum(baseline_error) over (partition by month_of_quarter)
        / nullif(sum(booked_amount) over (partition by month_of_quarter), 0) as baseline_wape,
        sum(projection_error) over (partition by month_of_quarter)
        < sum(baseline_error) over (partition by month_of_quarter) as is_better_than_baseline

    from scored

)

select * from final
