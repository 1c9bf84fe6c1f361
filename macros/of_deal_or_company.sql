{# What a record of money that a won deal led to is sliced by: the deal, and the company where the deal is silent.
   Reads the aliases won_deals and accounts, and customer_id of the relation named. #}
{% macro of_deal_or_company(relation) -%}
    coalesce(won_deals.opportunity_id, '-1') as opportunity_id,
    coalesce(
        {{ known_member(relation ~ '.customer_id', 'accounts.account_id', 'crm_accounts') }},
        won_deals.account_id,
        '-1'
    ) as account_id,
    coalesce(won_deals.owner_id, '-1') as owner_id,
    coalesce(won_deals.team_id, '-1') as team_id,
    coalesce(nullif(won_deals.region_id, '-1'), accounts.region_id, '-1') as region_id,
    coalesce(nullif(won_deals.segment_id, '-1'), accounts.segment_id, '-1') as segment_id,
    coalesce(won_deals.lead_source_id, '-1') as lead_source_id,
    coalesce(won_deals.pipeline_id, '-1') as pipeline_id,
    coalesce(won_deals.opportunity_type, '-1') as opportunity_type,
    coalesce(won_deals.campaign_id, '-1') as campaign_id
{%- endmacro %}
