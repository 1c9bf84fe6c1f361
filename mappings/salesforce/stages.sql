with

stages as (

    select
        opportunity_stage.*,
        _forecast_categories.meant_category

    from opportunity_stage
    left join _forecast_categories
        on
            coalesce(opportunity_stage.forecast_category_name, opportunity_stage.forecast_category)
            = _forecast_categories.written_category

)

select
    coalesce(api_name, master_label) as stage,
    master_label as stage_name,
    sort_order as stage_order,
    is_closed,
    is_won,
    meant_category as forecast_category,
    try_cast(default_probability as double) / 100 as default_probability

from stages
