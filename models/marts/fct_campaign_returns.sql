with

spend as (

    select * from {{ ref('crm_marketing_spend') }}

),

first_touches as (

    select * from {{ ref('fct_first_touches') }}

),

revenue as (

    select * from {{ ref('fct_revenue') }}

    where is_revenue

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

parameters as (

    select * from {{ ref('crm_parameters') }}

),

-- What a customer brings in is put on the day on which marketing first reached it.
final as (

    select
        spend.spend_id as record_id,
        true as is_spend,
        coalesce(spend.campaign_id, '-1') as campaign_id,
        spend.spend_date as record_date,
        {{ multiply_money('spend.amount', 'rates.spot_rate') }} as spend_amount,
        cast(null as decimal(18, 4)) as revenue_amount,
        cast(null as decimal(18, 4)) as gross_profit,
        {{ dbt.dateadd('month', 'parameters.attribution_months', 'spend.spend_date') }}
        > settings.as_of_date as is_undecided

    from spend

    cross join settings

    cross join parameters

    left join rates
        on
            coalesce(spend.currency, settings.corporate_currency) = rates.currency
            and spend.spend_date = rates.date_day

    where spend.spend_date < settings.snapshot_date

    union all

    select
        revenue.revenue_id as record_id,
        false as is_spend,
        first_touches.campaign_id,
        first_touches.touch_date as record_date,
        cast(null as decimal(18, 4)) as spend_amount,
        revenue.amount_corporate as revenue_amount,
        revenue.amount_corporate - revenue.cogs_corporate as gross_profit,
        false as is_undecided

    from revenue

    inner join first_touches
        on
            revenue.account_id = first_touches.account_id
            and revenue.recognized_date >= first_touches.touch_date
            and revenue.recognized_date < first_touches.credited_until

)

select * from final
