-- depends_on: {{ ref('touchpoints') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'touchpoints'),
        key=['touch_id'],
        newest_first=[read_as('occurred_at', 'event_timestamp') ~ ' is null'],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        touch_id,
        person_id,
        account_id,
        campaign_id,
        opportunity_id,

        ---------- text
        lower(channel) as channel,

        ---------- dates and instants
        {{ read_as('occurred_at', 'event_timestamp') }} as occurred_at,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('occurred_at', 'event_timestamp') }}
        ) as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when touch_id is null then 'missing touch_id'
            when occurred_at is null and {{ is_unreadable('occurred_at') }}
                then 'unreadable occurred_at'
            when occurred_at is null then 'missing occurred_at'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
