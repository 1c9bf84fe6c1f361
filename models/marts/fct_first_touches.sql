with

touches as (

    select * from {{ ref('crm_account_touches') }}

),

parameters as (

    select * from {{ ref('crm_parameters') }}

),

new_customers as (

    select * from {{ ref('fct_opportunities') }}

    where is_new_customer and closed_date is not null and account_id <> '-1'

),

credited as (

    select
        touches.*,
        cast(
            {{ dbt.dateadd('month', 'parameters.attribution_months', 'touches.touch_date') }}
            as date
        ) as credited_until

    from touches

    cross join parameters

),

ranked as (

    select
        new_customers.account_id,
        new_customers.opportunity_id,
        credited.touch_id,
        coalesce(credited.campaign_id, '-1') as campaign_id,
        credited.channel,
        credited.touch_date,
        new_customers.closed_date as won_date,
        credited.credited_until,
        row_number() over (
            partition by new_customers.account_id
            order by credited.occurred_at, credited.touch_id
        ) as touch_number

    from new_customers

    inner join credited
        on
            new_customers.account_id = credited.account_id
            and new_customers.closed_date >= credited.touch_date
            and new_customers.closed_date < credited.credited_until

),

final as (

    select
        account_id,
        opportunity_id,
        touch_id,
        campaign_id,
        channel,
        touch_date,
        won_date,
        credited_until

    from ranked

    where touch_number = 1

)

select * from final
