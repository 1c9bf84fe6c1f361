-- depends_on: {{ ref('expense_allocation_rules') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'expense_allocation_rules'),
        key=['rule_id'],
        newest_first=['category is null'],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        rule_id,

        ---------- text
        lower(category) as category,
        lower(basis) as basis,

        ---------- dates and instants
        {{ read_as('valid_from', 'real_date') }} as valid_from,
        {{ read_as('valid_to', 'real_date') }} as valid_to,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('valid_from', 'real_date') }},
            {{ unreadable('valid_to', 'real_date') }}
        ) as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when rule_id is null then 'missing rule_id'
            when category is null then 'missing category'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
