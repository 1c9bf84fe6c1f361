-- depends_on: {{ ref('users') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'users'),
        key=['user_id'],
        newest_first=[
            read_instant('updated_at') ~ " desc nulls last",
        ],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        user_id,
        region_id,

        ---------- text
        full_name,
        email,
        role,
        lower(termination_type) as termination_type,
        time_zone,
        country,

        ---------- numbers
        coalesce({{ read_as('fte', 'double') }}, 1) as fte,

        ---------- booleans
        {{ read_as('is_quota_carrying', 'boolean') }} as is_quota_carrying,
        {{ read_as('is_regretted', 'boolean') }} as is_regretted,
        coalesce({{ read_as('is_active', 'boolean') }}, true) as is_active,

        ---------- dates and instants
        {{ read_as('hire_date', 'real_date') }} as hire_date,
        {{ read_as('termination_date', 'real_date') }} as termination_date,
        {{ read_instant('updated_at') }} as updated_at,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('is_quota_carrying', 'boolean') }},
            {{ unreadable('hire_date', 'real_date') }},
            {{ unreadable('termination_date', 'real_date') }},
            {{ unreadable('is_regretted', 'boolean') }},
            {{ unreadable('fte', 'double') }},
            {{ unreadable('is_active', 'boolean') }},
            {{ unreadable('updated_at', 'timestamp') }}
        ) as unreadable_columns,
        {{ record_as_json('numbered', leave_out=['email']) }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when user_id is null then 'missing user_id'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
