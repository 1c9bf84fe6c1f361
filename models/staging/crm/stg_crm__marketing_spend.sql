-- depends_on: {{ ref('marketing_spend') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'marketing_spend'),
        key=['spend_id'],
        newest_first=[
            read_as('spend_date', 'event_date') ~ ' is null or '
            ~ read_as('amount', 'decimal(18, 4)') ~ ' is null',
        ],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        spend_id,
        campaign_id,

        ---------- text
        lower(channel) as channel,
        upper(currency) as currency,

        ---------- numbers
        {{ read_as('amount', 'decimal(18, 4)') }} as amount,

        ---------- booleans
        coalesce({{ read_as('is_paid_media', 'boolean') }}, false) as is_paid_media,

        ---------- dates and instants
        {{ read_as('spend_date', 'event_date') }} as spend_date,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('spend_date', 'event_date') }},
            {{ unreadable('amount', 'decimal(18, 4)') }},
            {{ unreadable('is_paid_media', 'boolean') }}
        ) as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when spend_id is null then 'missing spend_id'
            when spend_date is null and {{ is_unreadable('spend_date') }}
                then 'unreadable spend_date'
            when spend_date is null then 'missing spend_date'
            when amount is null and {{ is_unreadable('amount') }}
                then 'unreadable amount'
            when amount is null then 'missing amount'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
