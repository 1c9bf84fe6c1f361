-- Stages that were deleted are kept: deals and logs name them.
select
    pipeline_id,
    id as stage,
    name as stage_name,
    order_nr as stage_order,
    'false' as is_closed,
    'false' as is_won,
    cast(null as varchar) as forecast_category,
    try_cast(deal_probability as double) / 100 as default_probability

from stage
union all
select
    null as pipeline_id,
    'won' as stage,
    'Won' as stage_name,
    '90' as stage_order,
    'true' as is_closed,
    'true' as is_won,
    'closed' as forecast_category,
    1 as default_probability
union all
select
    null as pipeline_id,
    'lost' as stage,
    'Lost' as stage_name,
    '99' as stage_order,
    'true' as is_closed,
    'false' as is_won,
    'omitted' as forecast_category,
    0 as default_probability
