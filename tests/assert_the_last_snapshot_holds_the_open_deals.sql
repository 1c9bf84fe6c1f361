-- The deals that are open on as_of are those of the last snapshot, with the same owner and amount.
with

opportunities as (

    select * from {{ ref('fct_opportunities') }}

    where is_open and opportunity_type not in ('credit', 'contraction')

),

settings as (

    select * from {{ ref('dim_settings') }}

),

snapshots as (

    select snapshots.*

    from {{ ref('fct_pipeline_snapshots') }} as snapshots

    inner join settings
        on snapshots.snapshot_date = settings.snapshot_date

)

select
    coalesce(opportunities.opportunity_id, snapshots.opportunity_id) as opportunity_id,
    opportunities.owner_id,
    snapshots.owner_id as snapshot_owner_id,
    opportunities.amount,
    snapshots.amount as snapshot_amount

from opportunities

full outer join snapshots
    on opportunities.opportunity_id = snapshots.opportunity_id

where
    opportunities.owner_id is distinct from snapshots.owner_id
    or opportunities.amount is distinct from snapshots.amount
    or opportunities.amount_corporate is distinct from snapshots.amount_corporate
    or opportunities.pipeline_id is distinct from snapshots.pipeline_id
