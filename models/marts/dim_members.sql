with

users as (

    select * from {{ ref('dim_users') }}

),

teams as (

    select * from {{ ref('dim_teams') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

campaigns as (

    select * from {{ ref('dim_campaigns') }}

),

competitors as (

    select * from {{ ref('dim_competitors') }}

),

pipelines as (

    select * from {{ ref('dim_pipelines') }}

),

-- Other dimensions are named by their own ids.
final as (

    select 'rep' as dimension, user_id as dimension_id, full_name as dimension_value from users

    union all

    select 'team', team_id, team_name from teams

    union all

    select 'product', product_id, product_name from products

    union all

    select 'campaign', campaign_id, campaign_name from campaigns

    union all

    select 'competitor', competitor_id, competitor_name from competitors

    union all

    select 'pipeline', pipeline_id, pipeline_name from pipelines

)

select * from final

where dimension_id <> '-1'
