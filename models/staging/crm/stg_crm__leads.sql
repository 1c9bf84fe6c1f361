-- depends_on: {{ ref('leads') }}
{%- set event_columns = ['created_at', 'qualified_at', 'disqualified_at', 'converted_at',
    'first_touch_at'] %}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'leads'),
        key=['lead_id'],
        newest_first=[
            read_instant('created_at') ~ ' is null and not coalesce('
            ~ read_as('is_deleted', 'boolean') ~ ', false)',
            read_instant('updated_at') ~ ' desc nulls last',
            read_as('is_deleted', 'boolean') ~ ' desc nulls last',
        ],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        lead_id,
        campaign_id,
        owner_id,
        region_id,
        segment_id,
        converted_account_id,
        converted_contact_id,
        converted_opportunity_id,
        duplicate_of_lead_id,

        ---------- text
        -- What tells one person from another, without saying who it is.
        md5(
            coalesce(
                'email ' || nullif(lower(trim(email)), ''),
                'phone ' || nullif(translate(phone, ' +-./()', ''), ''),
                'name ' || lower(trim(full_name)) || ' of ' || lower(trim(company))
            )
        ) as person_key,
        lead_source,
        lower(status) as status,
        disqualify_reason,

        ---------- booleans
        coalesce({{ read_as('is_deleted', 'boolean') }}, false) as is_deleted,
        coalesce({{ read_as('is_test', 'boolean') }}, false) as is_test,

        ---------- dates and instants
        {% for column in event_columns -%}
        {{ read_as(column, 'event_timestamp') }} as {{ column }},
        {% endfor -%}
        {{ read_instant('updated_at') }} as updated_at,

        ---------- quality
        concat_ws(
            ', ',
            {% for column in event_columns -%}
            {{ unreadable(column, 'event_timestamp') }},
            {% endfor -%}
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
            when lead_id is null then 'missing lead_id'
            when created_at is null and {{ is_unreadable('created_at') }}
                then 'unreadable created_at'
            when created_at is null and not is_deleted then 'missing created_at'
            when copy_number > 1 then 'older copy of the same key'
            -- Where a source says only that the lead is gone, there is nothing left to keep.
            when created_at is null then 'deleted at the source'
        end as reject_reason

    from renamed

)

select * from final
