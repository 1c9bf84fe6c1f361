with

campaign_members as (

    select * from {{ ref('stg_crm__campaign_members') }}

    where reject_reason is null

),

final as (

    select
        campaign_id,
        member_id,
        member_type,
        status,
        responded_at

    from campaign_members

)

select * from final
