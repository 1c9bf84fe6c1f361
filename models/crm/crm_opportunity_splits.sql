with

opportunity_splits as (

    select * from {{ ref('stg_crm__opportunity_splits') }}

    where reject_reason is null

),

final as (

    select
        opportunity_id,
        user_id,
        split_type,
        split_rate,
        updated_at

    from opportunity_splits

)

select * from final
