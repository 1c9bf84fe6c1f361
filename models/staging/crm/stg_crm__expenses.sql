-- depends_on: {{ ref('expenses') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'expenses'),
        key=['expense_id'],
        newest_first=[
            'category is null or ' ~ read_as('expense_date', 'date') ~ ' is null or '
            ~ read_as('amount', 'decimal(18, 4)') ~ ' is null',
        ],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        expense_id,
        user_id,
        team_id,
        region_id,
        product_id,
        segment_id,
        campaign_id,

        ---------- text
        lower(category) as category,
        cost_center,
        lead_source,
        upper(currency) as currency,

        ---------- numbers
        {{ read_as('amount', 'decimal(18, 4)') }} as amount,
        {{ read_as('acquisition_share', 'double') }} as acquisition_share,

        ---------- dates and instants
        {{ read_as('expense_date', 'event_date') }} as expense_date,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('expense_date', 'event_date') }},
            {{ unreadable('amount', 'decimal(18, 4)') }},
            {{ unreadable('acquisition_share', 'double') }}
        ) as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when expense_id is null then 'missing expense_id'
            when expense_date is null and {{ is_unreadable('expense_date') }}
                then 'unreadable expense_date'
            when expense_date is null then 'missing expense_date'
            when category is null then 'missing category'
            when amount is null and {{ is_unreadable('amount') }} then 'unreadable amount'
            when amount is null then 'missing amount'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
