-- depends_on: {{ ref('contacts') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'contacts'),
        key=['contact_id'],
        newest_first=[
            read_instant('updated_at') ~ " desc nulls last",
            'master_id desc nulls last',
        ],
    ) }}

),

renamed as (

    select
        ---------- ids
        contact_id,
        account_id,
        master_id,

        ---------- booleans
        coalesce({{ read_as('is_deleted', 'boolean') }}, false) as is_deleted,
        coalesce({{ read_as('is_test', 'boolean') }}, false) as is_test,

        ---------- dates and instants
        {{ read_instant('created_at') }} as created_at,
        {{ read_instant('updated_at') }} as updated_at,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('created_at', 'timestamp') }},
            {{ unreadable('updated_at', 'timestamp') }},
            {{ unreadable('is_deleted', 'boolean') }},
            {{ unreadable('is_test', 'boolean') }}
        ) as unreadable_columns,
        {{ record_as_json('numbered', leave_out=['email', 'phone', 'full_name']) }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when contact_id is null then 'missing contact_id'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
