-- depends_on: {{ ref('activity_participants') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'activity_participants'), key=['activity_id', 'participant_id']
    ) }}

),

renamed as (

    select
        ---------- ids
        activity_id,
        participant_id,

        ---------- text
        lower(participant_type) as participant_type,

        ---------- booleans
        coalesce(
            {{ read_as('is_external', 'boolean') }},
            lower(participant_type) in ('contact', 'lead')
        ) as is_external,
        {{ read_as('is_attended', 'boolean') }} as is_attended,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('is_external', 'boolean') }},
            {{ unreadable('is_attended', 'boolean') }}
        ) as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when activity_id is null then 'missing activity_id'
            when participant_id is null then 'missing participant_id'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
