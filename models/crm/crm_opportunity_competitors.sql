with

opportunity_competitors as (

    select * from {{ ref('stg_crm__opportunity_competitors') }}

    where reject_reason is null

),

final as (

    select
        opportunity_id,
        competitor_id,
        status,
        is_winner

    from opportunity_competitors

)

select * from final
