{#- What a reference to a missing member is called, and the column that names the member. -#}
{%- set members = {
    'accounts': ['unknown_account', 'account_id'],
    'activities': ['unknown_activity', 'activity_id'],
    'campaigns': ['unknown_campaign', 'campaign_id'],
    'competitors': ['unknown_competitor', 'competitor_id'],
    'leads': ['unknown_lead', 'lead_id'],
    'opportunities': ['unknown_deal', 'opportunity_id'],
    'products': ['unknown_product', 'product_id'],
    'teams': ['unknown_team', 'team_id'],
    'users': ['unknown_user', 'user_id'],
} -%}

with

record_references as (

    select * from {{ ref('record_references') }}

),

deals as (

    select * from {{ ref('crm_opportunity_values') }}

),

known as (

    {% for member_table, (finding, member_id) in members.items() -%}
    select
        '{{ finding }}' as finding,
        '{{ member_table }}' as member_table,
        {{ member_id }} as member_id
    from {{ ref('crm_' ~ member_table) }}
    {% if not loop.last %}
    union all

    {% endif %}
    {%- endfor %}
),

-- Where no member at all was delivered, table_not_delivered says so once.
delivered as (

    select distinct
        finding,
        member_table

    from known

),

final as (

    select distinct
        delivered.finding,
        record_references.table_name,
        record_references.column_name,
        record_references.record_id,
        deals.amount_at_stake

    from record_references

    inner join delivered
        on record_references.member_table = delivered.member_table

    left join known
        on
            record_references.member_table = known.member_table
            and record_references.member_id = known.member_id

    left join deals
        on
            case
                when record_references.table_name = 'opportunities'
                    then record_references.record_id
            end
            = deals.opportunity_id

    where
        known.member_id is null
        and (record_references.table_name <> 'opportunities' or deals.opportunity_id is not null)

)

select * from final
