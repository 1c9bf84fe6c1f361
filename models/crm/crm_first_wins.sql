with

outcomes as (

    select * from {{ ref('crm_opportunity_outcomes') }}

    where is_won and closed_date is not null

),

attributes as (

    select * from {{ ref('crm_opportunity_attributes') }}

    where account_id <> '-1' and opportunity_type not in ('credit', 'contraction')

),

ranked as (

    select
        attributes.account_id,
        outcomes.opportunity_id,
        outcomes.closed_date,
        attributes.lead_source_id,
        -- A customer before the deal was opened came over from an older system.
        coalesce(
            attributes.customer_since < least(attributes.created_date, outcomes.closed_date), false
        ) as is_legacy_customer,
        row_number() over (
            partition by attributes.account_id
            order by
                outcomes.closed_date,
                outcomes.closed_at nulls last,
                outcomes.opportunity_id
        ) as win_number

    from outcomes

    inner join attributes
        on outcomes.opportunity_id = attributes.opportunity_id

),

final as (

    select
        account_id,
        opportunity_id,
        lead_source_id,
        is_legacy_customer,
        closed_date

    from ranked

    where win_number = 1

)

select * from final
