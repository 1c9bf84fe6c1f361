-- Reasons of wins and of losses hold every deal of the win and loss report, each once, and their
-- shares add up to one.
with

reported as (

    select * from {{ ref('report_win_loss_by_competitor') }}

),

reasons as (

    select
        quarter_start,
        competitor_id,
        won_deals,
        0 as lost_deals,
        reason_share as won_share,
        0e0 as lost_share

    from {{ ref('report_win_reasons_by_competitor') }}

    union all

    select
        quarter_start,
        competitor_id,
        0 as won_deals,
        lost_deals,
        0e0 as won_share,
        reason_share as lost_share

    from {{ ref('report_loss_reasons_by_competitor') }}

),

summed as (

    select
        quarter_start,
        competitor_id,
        sum(won_deals) as won_deals,
        sum(lost_deals) as lost_deals,
        sum(won_share) as won_share,
        sum(lost_share) as lost_share

    from reasons

    group by quarter_start, competitor_id

)

select
    reported.quarter_start,
    reported.competitor_id,
    reported.decided_deals,
    reported.won_deals,
    summed.won_deals as explained_wins,
    summed.lost_deals as explained_losses

from reported

full outer join summed
    on
        reported.quarter_start = summed.quarter_start
        and reported.competitor_id = summed.competitor_id

where
    reported.won_deals is distinct from summed.won_deals
    or reported.decided_deals - reported.won_deals is distinct from summed.lost_deals
    or abs(summed.won_share - case when summed.won_deals > 0 then 1 else 0 end) > 1e-9
    or abs(summed.lost_share - case when summed.lost_deals > 0 then 1 else 0 end) > 1e-9
