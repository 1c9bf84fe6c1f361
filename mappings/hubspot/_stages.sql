-- Won is what is closed with a chance of 1, whatever its label says. Stages that were deleted, and
-- are known from closed deals alone, come last.
with

delivered as (

    select
        coalesce(deal_pipeline_stage.pipeline_id, deal_pipeline.pipeline_id) as pipeline_id,
        deal_pipeline_stage.stage_id as stage,
        deal_pipeline_stage.label,
        deal_pipeline_stage.display_order,
        deal_pipeline_stage.is_closed,
        deal_pipeline_stage.probability

    from deal_pipeline_stage
    left join deal_pipeline on deal_pipeline_stage._dlt_parent_id = deal_pipeline._dlt_id
    union all
    select
        pipeline_id,
        coalesce(
            json_extract_string(nested, '$.stageId'), json_extract_string(nested, '$.id')
        ) as stage,
        json_extract_string(nested, '$.label') as label,
        json_extract_string(nested, '$.displayOrder') as display_order,
        json_extract_string(nested, '$.metadata.isClosed') as is_closed,
        json_extract_string(nested, '$.metadata.probability') as probability

    from (
        select
            pipeline_id,
            unnest(from_json(stages, '["json"]')) as nested

        from deal_pipeline
    ) as told

),

closed_on_deals as (

    select
        pipeline,
        dealstage as stage,
        bool_or(lower(hs_is_closed_won) in ('1', 'true')) as is_won

    from deal
    where
        lower(hs_is_closed) in ('1', 'true')
        and dealstage not in (select delivered.stage from delivered)
    group by pipeline, dealstage

)

select
    pipeline_id,
    stage,
    label,
    1 + try_cast(try_cast(display_order as double) as integer) as stage_order,
    coalesce(lower(is_closed) in ('1', 'true'), false) as is_closed,
    coalesce(lower(is_closed) in ('1', 'true') and try_cast(probability as double) = 1, false)
        as is_won,
    try_cast(probability as double) as probability

from delivered
union all
select
    pipeline as pipeline_id,
    stage,
    cast(null as varchar) as label,
    case when is_won then 90 else 99 end as stage_order,
    true as is_closed,
    coalesce(is_won, false) as is_won,
    cast(null as double) as probability

from closed_on_deals
