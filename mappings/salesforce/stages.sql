select
    coalesce(api_name, master_label) as stage,
    master_label as stage_name,
    sort_order as stage_order,
    is_closed,
    is_won,
    case replace(lower(coalesce(forecast_category_name, forecast_category)), ' ', '')
        when 'bestcase' then 'best_case'
        when 'mostlikely' then 'commit'
        when 'forecast' then 'commit'
        else replace(lower(coalesce(forecast_category_name, forecast_category)), ' ', '_')
    end as forecast_category,
    try_cast(default_probability as double) / 100 as default_probability

from opportunity_stage
