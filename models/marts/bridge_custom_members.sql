with

opportunities as (

    select * from {{ ref('crm_opportunity_attributes') }}

),

custom_fields as (

    select * from {{ ref('crm_opportunity_custom_fields') }}

),

custom_dimensions as (

    select * from {{ ref('dim_custom_fields') }}

),

-- Every deal stands in every field, so that the members of each add up to the total.
final as (

    select
        opportunities.opportunity_id,
        custom_dimensions.dimension,
        coalesce(custom_fields.value, '-1') as dimension_id

    from opportunities

    cross join custom_dimensions

    left join custom_fields
        on
            opportunities.opportunity_id = custom_fields.opportunity_id
            and custom_dimensions.field = custom_fields.field

)

select * from final
