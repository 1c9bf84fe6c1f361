-- What stood open by stage at the start of each month of a quarter, and what it won of it.
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

snapshots as (

    select * from {{ ref('fct_pipeline_snapshots') }}

),

wins as (

    select * from {{ ref('fct_opportunities') }}

    where is_won

),

final as (

    select
        quarters.period_start as quarter_start,
        snapshots.snapshot_date,
        snapshots.stage,
        cast(coalesce(sum(snapshots.amount_corporate), 0) as decimal(38, 4)) as open_amount,
        cast(coalesce(sum(wins.amount_corporate), 0) as decimal(38, 4)) as won_amount

    from quarters

    inner join snapshots
        on
            quarters.period_start <= snapshots.snapshot_date
            and quarters.period_end > snapshots.snapshot_date

    left join wins
        on
            snapshots.opportunity_id = wins.opportunity_id
            and snapshots.snapshot_date <= wins.closed_date
            and quarters.period_end > wins.closed_date

    -- A snapshot of as_of stands at no start of a month.
    where extract(day from snapshots.snapshot_date) = 1

    group by quarters.period_start, snapshots.snapshot_date, snapshots.stage

)

select * from final
