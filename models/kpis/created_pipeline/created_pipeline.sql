with

entries as (

    select * from {{ ref('fct_pipeline_entry_values') }}

),

final as (

    select
        opportunity_id,
        owner_id,
        team_id,
        region_id,
        segment_id,
        lead_source_id,
        pipeline_id,
        opportunity_type,
        campaign_id,
        entered_date,
        period_grain,
        period_start,
        case when entry_type = 'created' then 1 else 0 end as created_deals,
        case when entry_type = 'qualified' then 1 else 0 end as qualified_deals,
        case when entry_type = 'created' and amount_corporate is not null then 1 else 0 end
            as valued_created_deals,
        case when entry_type = 'qualified' and amount_corporate is not null then 1 else 0 end
            as valued_qualified_deals,
        case when entry_type = 'created' then amount_corporate end as created_amount,
        case when entry_type = 'qualified' then amount_corporate end as qualified_amount

    from entries

)

select * from final
