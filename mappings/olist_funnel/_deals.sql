-- The deals with the day of the win in São Paulo; won_date is an instant in UTC.
-- A date that cannot be read stays as it is, so that the warehouse shows it as rejected.
with

deals as (

    select
        *,
        try_cast(won_date as timestamp) as won_at

    from olist_closed_deals_dataset

),

final as (

    select
        mql_id as lead_id,
        seller_id as account_id,
        sdr_id,
        sr_id,
        business_segment,
        lead_type,
        won_date as closed_at,
        coalesce(
            strftime(won_at at time zone 'UTC' at time zone 'America/Sao_Paulo', '%Y-%m-%d'),
            won_date
        ) as closed_date

    from deals

)

select * from final
