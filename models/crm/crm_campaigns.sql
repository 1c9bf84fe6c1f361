with

campaigns as (

    select * from {{ ref('stg_crm__campaigns') }}

    where reject_reason is null

),

final as (

    select
        campaign_id,
        campaign_name,
        channel,
        currency,
        budget_amount,
        start_date,
        end_date

    from campaigns

)

select * from final
