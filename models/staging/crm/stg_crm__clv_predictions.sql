-- depends_on: {{ ref('clv_predictions') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'clv_predictions'),
        key=['account_id', 'model_version', 'made_at'],
        newest_first=[read_as('horizon_days', 'integer') ~ ' is null'],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        account_id,
        model_version,

        ---------- numbers
        {{ read_as('horizon_days', 'integer') }} as horizon_days,
        {{ read_as('expected_purchases', 'double') }} as expected_purchases,
        {{ read_as('expected_value', 'decimal(18, 4)') }} as expected_value,

        ---------- dates and instants
        {{ read_as('made_at', 'timestamp') }} as made_at,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('horizon_days', 'integer') }},
            {{ unreadable('expected_purchases', 'double') }},
            {{ unreadable('expected_value', 'decimal(18, 4)') }},
            {{ unreadable('made_at', 'timestamp') }}
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
            when model_version is null then 'missing model_version'
            when made_at is null then 'missing made_at'
            when horizon_days is null then 'missing horizon_days'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
