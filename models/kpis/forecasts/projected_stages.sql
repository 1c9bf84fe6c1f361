-- What stood open by stage at the start of each month of a quarter, and what it won of it.
with

months as (

    select * from {{ ref('projected_dates') }}

),

snapshots as (

    select * from {{ ref('fct_pipeline_snapshots') }}

),

wins as (

    select * from {{ ref('fct_opportunities') }}

    where is_won

),

final as (

    select
        months.quarter_start,
        snapshots.snapshot_date,
        snapshots.stage,
        cast(coalesce(sum(snapshots.amount_corporate), 0) as decimal(38, 4)) as open_amount,
        cast(coalesce(sum(wins.amount_corporate), 0) as decimal(38, 4)) as won_amount

    from months

    inner join snapshots
        on months.snapshot_date = snapshots.snapshot_date

    left join wins
        on
            snapshots.opportunity_id = wins.opportunity_id
            and snapshots.snapshot_date <= wins.closed_date
            and months.quarter_end > wins.closed_date

    group by months.quarter_start, snapshots.snapshot_date, snapshots.stage

)

select * from final
