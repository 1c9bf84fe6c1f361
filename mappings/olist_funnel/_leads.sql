-- The leads with the day of their first contact as an ISO date and as the instant it began.
-- A date that cannot be read stays as it is, so that the warehouse shows it as rejected.
with

leads as (

    select
        *,
        try_strptime(first_contact_date, '%d-%m-%Y') as first_contact_day

    from olist_marketing_qualified_leads_dataset

),

final as (

    select
        mql_id as lead_id,
        origin as lead_source,
        coalesce(strftime(first_contact_day, '%Y-%m-%d'), first_contact_date) as created_date,
        coalesce(
            strftime(
                first_contact_day at time zone 'America/Sao_Paulo' at time zone 'UTC',
                '%Y-%m-%d %H:%M:%S'
            ),
            first_contact_date
        ) as created_at

    from leads

)

select * from final
