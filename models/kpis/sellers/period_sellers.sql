with

members as (

    select * from {{ ref('bridge_employment_members') }}

    where is_quota_carrying

),

-- Before the first deal nobody could sell.
periods as (

    select periods.*

    from {{ ref('dim_periods') }} as periods

    inner join {{ ref('dim_input_coverage') }} as coverage
        on coverage.table_name = 'opportunities' and periods.period_end > coverage.covered_from

    where periods.is_started and periods.period_grain not in ('day', 'week')

),

-- One day of employment in the period is enough; days to come do not count.
final as (

    select distinct
        periods.period_grain,
        periods.period_start,
        members.dimension,
        members.dimension_id,
        members.user_id

    from members

    inner join periods
        on
            members.valid_from < periods.snapshot_date
            and {{ open_end('members.valid_to') }} > periods.period_start

)

select * from final
