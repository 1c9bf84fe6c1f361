with

rejected_rows as (

    select * from {{ ref('rejected_rows') }}

),

final as (

    select
        case
            when reason = 'older copy of the same key' then 'older_copy'
            when reason = 'deleted at the source' then 'deleted_at_source'
            when reason like 'malformed line%' then 'malformed_line'
            when reason like 'missing %' then 'missing_required_value'
            when reason like 'unreadable %' then 'unreadable_required_value'
            else 'contradictory_values'
        end as finding,
        table_name,
        case
            when reason like 'missing %' or reason like 'unreadable %'
                then split_part(reason, ' ', 2)
            when
                reason not in ('older copy of the same key', 'deleted at the source')
                and reason not like 'malformed line%'
                then split_part(reason, ' ', 1)
        end as column_name,
        record_id,
        amount_at_stake

    from rejected_rows

)

select * from final
