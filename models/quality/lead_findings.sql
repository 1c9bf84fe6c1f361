with

leads as (

    select * from {{ ref('crm_leads') }}

    where not is_test and not is_deleted

),

won_before as (

    select * from {{ ref('leads_won_before') }}

),

lead_sources as (

    select * from {{ ref('stg_crm__lead_sources') }}

),

checks as (

    select * from (
        values
        ('duplicate_lead', 'lead_id'),
        ('lead_repeats_itself', 'duplicate_of_lead_id'),
        ('converted_lead_without_deal', 'converted_opportunity_id'),
        ('converted_before_created', 'converted_at'),
        ('won_before_its_lead', 'created_at'),
        ('unmapped_lead_source', 'lead_source')
    ) as listed (finding, column_name)

),

final as (

    select
        checks.finding,
        'leads' as table_name,
        checks.column_name,
        leads.lead_id as record_id,
        cast(
            case
                when checks.finding = 'won_before_its_lead' then won_before.amount_at_stake
            end as decimal(18, 4)
        ) as amount_at_stake

    from leads

    cross join checks

    left join won_before
        on leads.lead_id = won_before.lead_id

    left join lead_sources
        on leads.lead_source = lead_sources.lead_source

    where case checks.finding
        when 'duplicate_lead' then leads.surviving_lead_id <> leads.lead_id
        when 'lead_repeats_itself' then leads.duplicate_of_lead_id = leads.lead_id
        when 'converted_lead_without_deal'
            then
                leads.status = 'converted'
                and leads.converted_opportunity_id is null
                and leads.converted_account_id is null
        when 'converted_before_created' then leads.converted_at < leads.created_at
        when 'won_before_its_lead' then won_before.lead_id is not null
        when 'unmapped_lead_source'
            then leads.lead_source is not null and lead_sources.lead_source is null
    end

)

select * from final
