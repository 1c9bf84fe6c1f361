-- depends_on: {{ ref('campaigns') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'campaigns'),
        key=['campaign_id'],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        campaign_id,

        ---------- text
        campaign_name,
        channel,
        upper(currency) as currency,

        ---------- numbers
        {{ read_as('budget_amount', 'decimal(18, 4)') }} as budget_amount,

        ---------- dates and instants
        {{ read_as('start_date', 'event_date') }} as start_date,
        {{ read_as('end_date', 'event_date') }} as end_date,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('start_date', 'event_date') }},
            {{ unreadable('end_date', 'event_date') }},
            {{ unreadable('budget_amount', 'decimal(18, 4)') }}
        ) as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when campaign_id is null then 'missing campaign_id'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
