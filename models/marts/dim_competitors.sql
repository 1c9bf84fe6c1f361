with

competitors as (

    select * from {{ ref('crm_competitors') }}

),

opportunity_competitors as (

    select * from {{ ref('crm_opportunity_competitors') }}

),

all_competitors as (

    select competitor_id from competitors

    union

    select competitor_id from opportunity_competitors

),

final as (

    select
        all_competitors.competitor_id,
        coalesce(competitors.competitor_name, all_competitors.competitor_id) as competitor_name

    from all_competitors

    left join competitors
        on all_competitors.competitor_id = competitors.competitor_id

)

select * from final
