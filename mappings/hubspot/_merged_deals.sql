-- A deal that was merged into another, and the one that is left after the last of its mergers.
with recursive

told as (

    select
        merged_deal_id as deal_id,
        deal_id as survivor_id

    from merged_deal
    union
    select
        trim(merged_id) as deal_id,
        deal_id as survivor_id

    from (
        select
            deal_id,
            unnest(string_split(hs_merged_object_ids, ';')) as merged_id

        from deal
    ) as listed

),

merged as (

    select * from told
    where deal_id <> survivor_id and deal_id <> ''

),

chains as (

    select
        *,
        1 as hops

    from merged
    union all
    select
        chains.deal_id,
        merged.survivor_id,
        chains.hops + 1 as hops

    from chains
    inner join merged on chains.survivor_id = merged.deal_id
    where chains.hops < 20

)

select
    deal_id,
    arg_max(survivor_id, hops) as survivor_id

from chains
group by deal_id
