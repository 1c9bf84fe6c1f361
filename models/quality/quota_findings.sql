with

quotas as (

    select * from {{ ref('crm_quotas') }}

),

users as (

    select * from {{ ref('crm_users') }}

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

placed as (

    select * from {{ ref('placed_quotas') }}

),

delivered as (

    select
        concat_ws(
            '/', quotas.user_id, quotas.team_id, cast(quotas.period_start as string)
        ) as record_id,
        quotas.is_end_inclusive,
        quotas.is_cut_short,
        quotas.user_id is not null
        and users.user_id is null
        and (select count(*) from users as any_user) > 0 as is_of_unknown_user,
        {{ multiply_money('quotas.amount', 'rates.plan_rate') }} as amount_at_stake

    from quotas

    cross join settings

    left join users
        on quotas.user_id = users.user_id

    left join rates
        on
            coalesce(quotas.currency, settings.corporate_currency) = rates.currency
            and quotas.period_start = rates.date_day

),

{% set found = [
    ('quota_end_on_the_last_day', 'period_end', 'delivered', 'is_end_inclusive'),
    ('overlapping_quota_versions', 'valid_from', 'delivered', 'is_cut_short'),
    ('quota_of_unknown_user', 'user_id', 'delivered', 'is_of_unknown_user'),
    ('overlapping_quotas', 'period_start', 'placed', 'is_superseded'),
    ('quota_in_no_period', 'period_end', 'placed', 'fits_nowhere and not is_superseded'),
] -%}
final as (

    {% for finding, column_name, relation, condition in found -%}
    select
        '{{ finding }}' as finding,
        'quotas' as table_name,
        '{{ column_name }}' as column_name,
        record_id,
        amount_at_stake

    from {{ relation }}

    where {{ condition }}
    {% if not loop.last %}
    union all

    {% endif %}
    {%- endfor %}
)

select * from final
