with

records as (

    select * from {{ ref('flawed_records') }}

    where
        unreadable_columns <> ''
        and (reject_reason is null or reject_reason like 'unreadable %')

),

positions as (

    select * from (
        values (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14), (15)
    ) as numbers (position)

),

unreadable_values as (

    select
        records.table_name,
        records.record_id,
        records.amount_at_stake,
        records.reject_reason is not null as is_rejected,
        split_part(records.unreadable_columns, ', ', positions.position) as column_name

    from records

    cross join positions

),

final as (

    -- An unreadable value of a rejected row is the reason of its rejection and said there.
    select
        case
            when column_name like 'implausible %' then 'implausible_date' else 'unreadable_value'
        end as finding,
        table_name,
        replace(column_name, 'implausible ', '') as column_name,
        record_id,
        amount_at_stake

    from unreadable_values

    where
        column_name <> '' and (not is_rejected or column_name like 'implausible %')

)

select * from final
