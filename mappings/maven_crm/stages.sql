with

stages (stage, stage_order, is_closed, is_won, forecast_category) as (

    values
    ('Prospecting', 1, false, false, 'pipeline'),
    ('Engaging', 2, false, false, 'pipeline'),
    ('Won', 3, true, true, 'closed'),
    ('Lost', 4, true, false, 'omitted')

)

select * from stages
