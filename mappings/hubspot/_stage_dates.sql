-- The last entry into each stage, which is all that these dates keep. Stages that a deal jumped
-- over bear the date of the one it came to; and in names of columns a stage has lost its signs.
with

known_stages as (

    select
        regexp_replace(lower(stage), '[^0-9a-z]', '', 'g') as stage_key,
        min(stage) as stage,
        max(stage_order) as stage_order

    from (
        select
            stage,
            stage_order

        from _stages
        union all
        select
            dealstage as stage,
            cast(null as integer) as stage_order

        from deal
    ) as told
    where stage is not null
    group by regexp_replace(lower(stage), '[^0-9a-z]', '', 'g')

),

entered as (

    select
        deal_id,
        stage,
        try_cast(entered_at as timestamptz) as entered_at

    from deal_stage_date
    union all
    select
        deal_id,
        stage,
        try_cast(entered_at as timestamptz) as entered_at

    from deal_stage_timing

),

last_entries as (

    select
        entered.deal_id,
        coalesce(known_stages.stage, entered.stage) as stage,
        max(known_stages.stage_order) as stage_order,
        max(entered.entered_at) as entered_at

    from entered
    left join known_stages
        on regexp_replace(lower(entered.stage), '[^0-9a-z]', '', 'g') = known_stages.stage_key
    where entered.entered_at is not null
    group by entered.deal_id, coalesce(known_stages.stage, entered.stage)

)

select
    last_entries.deal_id,
    arg_max(
        last_entries.stage,
        (
            coalesce(last_entries.stage = deal.dealstage, false),
            coalesce(last_entries.stage_order, 0),
            last_entries.stage
        )
    ) as stage,
    last_entries.entered_at

from last_entries
left join deal on last_entries.deal_id = deal.deal_id
group by last_entries.deal_id, last_entries.entered_at
