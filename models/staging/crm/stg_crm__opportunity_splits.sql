-- depends_on: {{ ref('opportunity_splits') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'opportunity_splits'),
        key=['opportunity_id', 'user_id', "lower(coalesce(split_type, 'revenue'))"],
        newest_first=[
            read_as('split_rate', 'double') ~ ' is null',
            read_instant('updated_at') ~ " desc nulls last",
        ],
    ) }}

),

renamed as (

    select
        ---------- ids
        opportunity_id,
        user_id,

        ---------- text
        lower(coalesce(split_type, 'revenue')) as split_type,

        ---------- numbers
        {{ read_as('split_rate', 'double') }} as split_rate,

        ---------- dates and instants
        {{ read_instant('updated_at') }} as updated_at,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('split_rate', 'double') }},
            {{ unreadable('updated_at', 'timestamp') }}
        ) as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when opportunity_id is null then 'missing opportunity_id'
            when user_id is null then 'missing user_id'
            when split_rate is null and unreadable_columns like '%split_rate%'
                then 'unreadable split_rate'
            when split_rate is null then 'missing split_rate'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
