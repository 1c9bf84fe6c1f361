with

returns as (

    select * from {{ ref('fct_campaign_returns') }}

),

final as (

    select
        record_id,
        '-1' as team_id,
        campaign_id,
        record_date,
        case when is_spend then 1 else 0 end as spends,
        case when is_spend then 0 else 1 end as returns,
        spend_amount,
        case when is_undecided then spend_amount end as undecided_amount,
        revenue_amount,
        gross_profit

    from returns

)

select * from final
