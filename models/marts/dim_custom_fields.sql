with

custom_fields as (

    select * from {{ ref('crm_opportunity_custom_fields') }}

),

final as (

    select
        {{ custom_dimension('field') }} as dimension,
        field,
        count(*) as filled_deals,
        count(distinct value) as field_values

    from custom_fields

    group by field

)

select * from final
