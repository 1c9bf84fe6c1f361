with

stages (stage, stage_order, is_closed, is_won, forecast_category) as (

    values ('Won', 1, true, true, 'closed')

)

select * from stages
