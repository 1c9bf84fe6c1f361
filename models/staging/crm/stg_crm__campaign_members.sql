-- depends_on: {{ ref('campaign_members') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'campaign_members'),
        key=['campaign_id', 'member_id'],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        campaign_id,
        member_id,

        ---------- text
        lower(member_type) as member_type,
        lower(status) as status,

        ---------- dates and instants
        {{ read_as('responded_at', 'event_timestamp') }} as responded_at,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('responded_at', 'event_timestamp') }}
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
            when member_id is null then 'missing member_id'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
