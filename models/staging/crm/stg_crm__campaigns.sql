-- depends_on: {{ ref('campaigns') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'campaigns'),
        key=['campaign_id'],
        newest_first=[
            'campaign_name desc nulls last',
            'channel desc nulls last',
            'start_date desc nulls last',
            'end_date desc nulls last',
            'budget_amount desc nulls last',
        ],
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
        {{ read_as('start_date', 'date') }} as start_date,
        {{ read_as('end_date', 'date') }} as end_date,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('start_date', 'date') }},
            {{ unreadable('end_date', 'date') }},
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
