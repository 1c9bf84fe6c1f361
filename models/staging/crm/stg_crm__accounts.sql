-- depends_on: {{ ref('accounts') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'accounts'),
        key=['account_id'],
        newest_first=[
            read_instant('updated_at') ~ " desc nulls last",
            read_as('is_deleted', 'boolean') ~ ' desc nulls last',
        ],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        account_id,
        parent_account_id,
        master_id,
        region_id,
        segment_id,
        owner_id,

        ---------- text
        account_name,
        industry,
        lower(lifecycle_status) as lifecycle_status,
        website_domain,

        ---------- numbers
        cast({{ read_as('employee_count', 'decimal(18, 0)') }} as bigint) as employee_count,
        {{ read_as('annual_revenue', 'decimal(18, 4)') }} as annual_revenue,

        ---------- booleans
        coalesce({{ read_as('is_deleted', 'boolean') }}, false) as is_deleted,
        coalesce({{ read_as('is_test', 'boolean') }}, false) as is_test,

        ---------- dates and instants
        {{ read_as('customer_since', 'real_date') }} as customer_since,
        {{ read_instant('created_at') }} as created_at,
        {{ read_instant('updated_at') }} as updated_at,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('employee_count', 'decimal(18, 0)') }},
            {{ unreadable('annual_revenue', 'decimal(18, 4)') }},
            {{ unreadable('customer_since', 'real_date') }},
            {{ unreadable('created_at', 'timestamp') }},
            {{ unreadable('updated_at', 'timestamp') }},
            {{ unreadable('is_deleted', 'boolean') }},
            {{ unreadable('is_test', 'boolean') }}
        ) as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when account_id is null then 'missing account_id'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
