{# Of records of money those that count, with the customer they count for: internal companies, tests and left out deals
   earn and buy nothing, whatever was booked for them, and a day after as_of has not come. Reads crm_accounts,
   excluded_deals and settings. #}
{% macro counted_money(relation, date) -%}
    select
        {{ relation }}.*,
        coalesce(crm_accounts.surviving_account_id, {{ relation }}.account_id) as customer_id

    from {{ relation }}

    cross join settings

    left join crm_accounts
        on {{ relation }}.account_id = crm_accounts.account_id

    left join excluded_deals
        on {{ relation }}.opportunity_id = excluded_deals.opportunity_id

    where
        {{ relation }}.{{ date }} < settings.snapshot_date
        and not coalesce(crm_accounts.is_test, false)
        and excluded_deals.opportunity_id is null
{%- endmacro %}
