-- Who sold nothing has a row that says so in every month or longer period of the data (F8).
with

member_periods as (

    select * from {{ ref('dim_member_periods') }}

    where period_grain not in ('day', 'week')

),

kpi_values as (

    select * from {{ ref('kpi_values') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

counting as (

    select
        kpi_id,
        valid_dimensions,
        covered_from

    from {{ ref('kpi_catalog') }}

    where kpi_id in ('bookings__won_count', 'win_rate', 'average_deal_size', 'sales_cycle_length')

)

select
    counting.kpi_id,
    member_periods.*

from member_periods

cross join counting

inner join periods
    on
        member_periods.period_grain = periods.period_grain
        and member_periods.period_start = periods.period_start
        and counting.covered_from < periods.period_end

left join kpi_values
    on
        counting.kpi_id = kpi_values.kpi_id
        and member_periods.period_grain = kpi_values.period_grain
        and member_periods.period_start = kpi_values.period_start
        and member_periods.dimension = kpi_values.dimension
        and member_periods.dimension_id = kpi_values.dimension_id

where
    {{ is_listed_in('member_periods.dimension', 'counting.valid_dimensions') }}
    and kpi_values.kpi_id is null
