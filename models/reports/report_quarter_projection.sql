-- What would a quarter book if its rest went as that of each of the four quarters before?
with

months as (

    select * from {{ ref('projected_months') }}

),

scenarios as (

    select * from {{ ref('projected_scenarios') }}

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
