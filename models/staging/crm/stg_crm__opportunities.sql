-- depends_on: {{ ref('opportunities') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'opportunities'),
        key=['opportunity_id'],
        newest_first=[
            'stage is null and not coalesce(' ~ read_as('is_deleted', 'boolean') ~ ', false)',
            'coalesce(' ~ read_instant('updated_at') ~ ', ' ~ read_instant('deleted_at')
            ~ ') desc nulls last',
            read_as('is_deleted', 'boolean') ~ ' desc nulls last',
        ],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        opportunity_id,
        account_id,
        primary_contact_id,
        originating_lead_id,
        coalesce(pipeline_id, 'default') as pipeline_id,
        owner_id,
        campaign_id,
        region_id,
        segment_id,

        ---------- text
        opportunity_name,
        stage,
        lower(coalesce(opportunity_type, 'new')) as opportunity_type,
        upper(currency) as currency,
        replace(upper(amount_semantics), 'ONE_TIME', 'one_time') as amount_semantics,
        lower(forecast_category) as forecast_category,
        loss_reason,
        win_reason,
        lead_source,
        next_step,

        ---------- numbers
        {{ read_as('amount', 'decimal(18, 4)') }} as amount,
        {{ read_as('probability', 'double') }} as probability,

        ---------- booleans
        coalesce({{ read_as('is_deleted', 'boolean') }}, false) as is_deleted,
        coalesce({{ read_as('is_test', 'boolean') }}, false) as is_test,

        ---------- dates and instants
        {{ read_as('created_date', 'event_date') }} as created_date,
        {{ read_as('created_at', 'event_timestamp') }} as created_at,
        {{ read_as('expected_close_date', 'event_date') }} as expected_close_date,
        {{ read_as('closed_date', 'event_date') }} as closed_date,
        {{ read_as('closed_at', 'event_timestamp') }} as closed_at,
        {{ read_as('qualified_at', 'event_timestamp') }} as qualified_at,
        {{ read_instant('updated_at') }} as updated_at,
        {{ read_as('deleted_at', 'event_timestamp') }} as deleted_at,

        ---------- quality
        concat_ws(
            ', ',
            {% for column, data_type in {
                'created_date': 'event_date', 'created_at': 'event_timestamp',
                'expected_close_date': 'event_date', 'closed_date': 'event_date',
                'closed_at': 'event_timestamp', 'amount': 'decimal(18, 4)', 'probability': 'double',
                'qualified_at': 'event_timestamp', 'updated_at': 'timestamp',
                'is_deleted': 'boolean', 'deleted_at': 'event_timestamp', 'is_test': 'boolean',
            }.items() -%}
            {{ unreadable(column, data_type) }}{{ ',' if not loop.last }}
            {% endfor -%}
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
            when stage is null and not is_deleted then 'missing stage'
            when copy_number > 1 then 'older copy of the same key'
            -- A deletion may come as a key and a mark, with nothing else filled.
            when stage is null then 'deleted at the source'
        end as reject_reason

    from renamed

)

select * from final
