with

measured as (

    {{ measured(
        ref('incoming_leads'),
        date='event_date',
        attributes=['rep', 'region', 'segment', 'lead_source', 'campaign'],
        counts=[
            'created_leads', 'referral_leads', 'qualified_leads', 'open_leads', 'prospect_leads',
            'undecided_leads', 'converted_leads', 'new_customers',
        ],
    ) }}

),

final as (

    select
        *,
        created_leads as leads_created,
        prospect_leads + new_customers as period_records,
        referral_leads / cast(nullif(created_leads, 0) as double) as referral_lead_share,
        qualified_leads / cast(nullif(created_leads, 0) as double) as lead_qualification_rate,
        converted_leads / cast(nullif(prospect_leads, 0) as double)
            as lead_to_customer_conversion_rate,
        new_customers / cast(nullif(prospect_leads, 0) as double) as period_conversion_rate,
        open_leads / cast(nullif(created_leads, 0) as double) as open_share,
        undecided_leads / cast(nullif(prospect_leads, 0) as double) as undecided_share

    from measured

)

select * from final
