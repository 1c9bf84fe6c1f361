-- Where the ledger is silent for a whole month, about marketing or about pay, another table tells.
with

settings as (

    select * from {{ ref('crm_settings') }}

),

booked as (

    select
        *,
        cast({{ dbt.date_trunc('month', 'expense_date') }} as date) as month_start

    from {{ ref('crm_expenses') }}

),

booked_months as (

    select
        booked.month_start,
        max({{ is_marketing_cost('booked.category') }}) as has_marketing,
        max(booked.category in ('sales_base', 'commission')) as has_pay

    from booked

    cross join settings

    where booked.expense_date < settings.snapshot_date

    group by booked.month_start

),

stand_ins as (

    select
        'marketing_spend' as source_table,
        spend_id as record_id,
        cast(null as {{ dbt.type_string() }}) as user_id,
        campaign_id,
        case when is_paid_media then 'marketing_media' else 'marketing_programmes' end as category,
        currency,
        amount,
        spend_date as expense_date

    from {{ ref('crm_marketing_spend') }}

    union all

    select
        'compensation' as source_table,
        concat_ws('/', user_id, cast(period_start as {{ dbt.type_string() }}), component)
            as record_id,
        user_id,
        cast(null as {{ dbt.type_string() }}) as campaign_id,
        case component
            when 'base' then 'sales_base' when 'benefits' then 'sales_benefits' else 'commission'
        end as category,
        currency,
        amount,
        period_start as expense_date

    from {{ ref('crm_compensation') }}

    where amount is not null

),

final as (

    select
        stand_ins.source_table,
        stand_ins.record_id,
        stand_ins.user_id,
        stand_ins.campaign_id,
        stand_ins.category,
        coalesce(stand_ins.currency, settings.corporate_currency) as currency,
        stand_ins.amount,
        stand_ins.expense_date,
        case stand_ins.source_table
            when 'compensation' then not coalesce(booked_months.has_pay, false)
            else not coalesce(booked_months.has_marketing, false)
        end as is_used

    from stand_ins

    cross join settings

    left join booked_months
        on
            cast({{ dbt.date_trunc('month', 'stand_ins.expense_date') }} as date)
            = booked_months.month_start

)

select * from final
