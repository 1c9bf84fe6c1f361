with

records as (

    select * from {{ ref('stg_crm__records') }}

),

final as (

    select
        table_name,
        record_id,
        amount_at_stake,
        currency,
        unreadable_columns,
        raw_record,
        reject_reason

    from records

    where reject_reason is not null or unreadable_columns <> ''

)

select * from final
