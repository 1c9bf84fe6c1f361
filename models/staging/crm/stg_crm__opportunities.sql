-- depends_on: {{ ref('opportunities') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'opportunities'),
        key=['opportunity_id'],
        newest_first=[
            'stage is null',
            read_instant('updated_at') ~ " desc nulls last",
            read_instant('closed_at') ~ " desc nulls last",
            'amount desc nulls last',
            'stage desc nulls last',
            'owner_id desc nulls last',
        ],
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
        {{ read_as('created_date', 'date') }} as created_date,
        {{ read_instant('created_at') }} as created_at,
        {{ read_as('expected_close_date', 'date') }} as expected_close_date,
        {{ read_as('closed_date', 'date') }} as closed_date,
        {{ read_instant('closed_at') }} as closed_at,
        {{ read_instant('qualified_at') }} as qualified_at,
        {{ read_instant('updated_at') }} as updated_at,
        {{ read_instant('deleted_at') }} as deleted_at,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('created_date', 'date') }},
            {{ unreadable('created_at', 'timestamp') }},
            {{ unreadable('expected_close_date', 'date') }},
            {{ unreadable('closed_date', 'date') }},
            {{ unreadable('closed_at', 'timestamp') }},
            {{ unreadable('amount', 'decimal(18, 4)') }},
            {{ unreadable('probability', 'double') }},
            {{ unreadable('qualified_at', 'timestamp') }},
            {{ unreadable('updated_at', 'timestamp') }},
            {{ unreadable('is_deleted', 'boolean') }},
            {{ unreadable('deleted_at', 'timestamp') }},
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
            when opportunity_id is null then 'missing opportunity_id'
            when stage is null then 'missing stage'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
