with

campaigns as (

    select * from {{ ref('crm_campaigns') }}

),

final as (

    select
        campaign_id,
        coalesce(campaign_name, campaign_id) as campaign_name,
        channel,
        start_date,
        end_date

    from campaigns

)

select * from final
