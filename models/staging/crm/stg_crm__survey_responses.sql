-- depends_on: {{ ref('survey_responses') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'survey_responses'),
        key=['response_id', 'dimension'],
        newest_first=[
            'survey_type is null or ' ~ read_as('score', 'double') ~ ' is null or '
            ~ read_as('responded_at', 'timestamp') ~ ' is null',
            read_instant('responded_at') ~ " desc nulls last",
        ],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        response_id,
        account_id,
        contact_id,
        opportunity_id,
        user_id,

        ---------- text
        lower(survey_type) as survey_type,
        dimension,
        comment,

        ---------- numbers
        {{ read_as('score', 'double') }} as score,
        {{ read_as('expectation_score', 'double') }} as expectation_score,
        {{ read_as('scale_min', 'double') }} as scale_min,
        {{ read_as('scale_max', 'double') }} as scale_max,

        ---------- booleans
        coalesce({{ read_as('is_test', 'boolean') }}, false) as is_test,

        ---------- dates and instants
        {{ read_as('responded_at', 'event_timestamp') }} as responded_at,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('score', 'double') }},
            {{ unreadable('expectation_score', 'double') }},
            {{ unreadable('scale_min', 'double') }},
            {{ unreadable('scale_max', 'double') }},
            {{ unreadable('responded_at', 'event_timestamp') }},
            {{ unreadable('is_test', 'boolean') }}
        ) as unreadable_columns,
        {{ record_as_json('numbered', leave_out=['comment']) }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when response_id is null then 'missing response_id'
            when survey_type is null then 'missing survey_type'
            when score is null and unreadable_columns like 'score%'
                then 'unreadable score'
            when score is null then 'missing score'
            when responded_at is null and unreadable_columns like '%responded_at%'
                then 'unreadable responded_at'
            when responded_at is null then 'missing responded_at'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
