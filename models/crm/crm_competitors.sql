with

competitors as (

    select * from {{ ref('stg_crm__competitors') }}

    where reject_reason is null

),

final as (

    select
        competitor_id,
        competitor_name

    from competitors

)

select * from final
