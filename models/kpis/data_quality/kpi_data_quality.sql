-- Where the data stand at as_of, on the last day that began before it.
with

periods as (

    select max(period_start) as period_start from {{ ref('dim_periods') }}

    where period_grain = 'day' and is_started

),

checks as (

    select * from {{ ref('data_checks') }}

),

input_columns as (

    select * from {{ ref('dim_input_columns') }}

    where
        record_count > 0
        -- What has a history is counted there at each of its times, not once.
        and column_name not in ('amount', 'owner_id', 'expected_close_date', 'probability')

),

measured as (

    select
        'all' as column_name,
        cast(null as bigint) as record_count,
        cast(null as bigint) as filled_count,
        checks.*

    from checks

    union all

    select
        input_columns.table_name || '.' || input_columns.column_name as column_name,
        input_columns.record_count,
        input_columns.filled_count,
        checks.*

    from input_columns

    cross join checks

),

final as (

    select
        'day' as period_grain,
        periods.period_start,
        'total' as dimension,
        'all' as dimension_id,
        measured.*,
        measured.column_name = 'all' as is_of_all,
        measured.overdue_deals / cast(nullif(measured.open_deals, 0) as double)
            as dq_overdue_close_share,
        measured.unexplained_losses / cast(nullif(measured.lost_deals, 0) as double)
            as dq_missing_loss_reason_share,
        measured.older_copies / cast(nullif(measured.deal_rows, 0) as double) as dq_duplicate_rate,
        measured.filled_count / cast(measured.record_count as double) as dq_completeness

    from measured

    cross join periods

)

select * from final
