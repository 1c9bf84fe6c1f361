with

records as (

    select * from {{ ref('flawed_records') }}

    where reject_reason is not null

),

rejected_lines as (

    select * from {{ ref('stg_crm__rejected_lines') }}

),

loads as (

    select * from {{ ref('stg_crm__loads') }}

),

rejected as (

    select
        table_name,
        record_id,
        reject_reason as reason,
        amount_at_stake,
        currency,
        raw_record,
        cast(null as string) as load_id

    from records

    union all

    -- A line that did not read may hold personal data in any place, so it is not published.
    select
        table_name,
        concat_ws('/', source_file, cast(line_number as string)) as record_id,
        concat_ws(': ', 'malformed line', reason) as reason,
        cast(null as decimal(18, 4)) as amount_at_stake,
        cast(null as string) as currency,
        case
            when
                table_name not in (
                    'activities', 'contacts', 'leads', 'notes', 'survey_responses', 'users'
                )
                then raw_line
        end as raw_record,
        load_id

    from rejected_lines

),

final as (

    select
        'crm' as source_system,
        rejected.table_name,
        rejected.record_id,
        rejected.reason,
        case
            when rejected.reason = 'older copy of the same key' then 'warning'
            when rejected.reason = 'deleted at the source' then 'info'
            else 'error'
        end as severity,
        rejected.amount_at_stake,
        rejected.currency,
        rejected.raw_record,
        coalesce(rejected.load_id, loads.load_id) as load_id

    from rejected

    left join loads
        on rejected.table_name = loads.table_name

)

select * from final
