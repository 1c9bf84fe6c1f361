with

opportunities as (

    select * from {{ ref('crm_opportunities') }}

),

opportunity_values as (

    select * from {{ ref('crm_opportunity_values') }}

),

loss_reasons as (

    select * from {{ ref('stg_crm__loss_reasons') }}

),

lead_sources as (

    select * from {{ ref('stg_crm__lead_sources') }}

),

deals as (

    select
        opportunities.opportunity_id,
        opportunity_values.amount_at_stake,
        not opportunities.has_mapped_stage as has_unmapped_stage,
        opportunities.loss_reason is not null
        and loss_reasons.loss_reason is null as has_unmapped_loss_reason,
        opportunities.win_reason is not null
        and win_reasons.loss_reason is null as has_unmapped_win_reason,
        opportunities.lead_source is not null
        and lead_sources.lead_source is null as has_unmapped_lead_source

    from opportunities

    inner join opportunity_values
        on opportunities.opportunity_id = opportunity_values.opportunity_id

    left join loss_reasons
        on opportunities.loss_reason = loss_reasons.loss_reason

    left join loss_reasons as win_reasons
        on opportunities.win_reason = win_reasons.loss_reason

    left join lead_sources
        on opportunities.lead_source = lead_sources.lead_source

),

final as (

    {% for value in ['stage', 'loss_reason', 'win_reason', 'lead_source'] -%}
    select
        'unmapped_{{ value }}' as finding,
        'opportunities' as table_name,
        '{{ value }}' as column_name,
        opportunity_id as record_id,
        amount_at_stake

    from deals

    where has_unmapped_{{ value }}
    {% if not loop.last %}
    union all

    {% endif %}
    {%- endfor %}
)

select * from final
