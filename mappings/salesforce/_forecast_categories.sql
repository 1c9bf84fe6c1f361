-- What each forecast category means, as deals and stages write it.
with

written_categories as (

    select coalesce(forecast_category_name, forecast_category) as written_category
    from opportunity
    union
    select coalesce(forecast_category_name, forecast_category) as written_category
    from opportunity_stage

)

select
    written_category,
    case replace(lower(written_category), ' ', '')
        when 'bestcase' then 'best_case'
        when 'mostlikely' then 'commit'
        when 'forecast' then 'commit'
        else replace(lower(written_category), ' ', '_')
    end as meant_category

from written_categories
