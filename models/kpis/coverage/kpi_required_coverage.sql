with

openings as (

    select * from {{ ref('kpi_required_coverage_quarters') }}

),

win_rates as (

    select * from {{ ref('kpi_closed_deals') }}

    where
        period_grain = 'quarter'
        and dimension in (
            'total', 'team', 'region', 'segment', 'pipeline', 'product', 'product_family'
        )

),

periods as (

    select * from {{ ref('dim_periods') }}

    where period_grain not in ('day', 'week') and future_index <= 4

),

quarters as (

    select * from {{ ref('dim_periods') }}

    where period_grain = 'quarter'

),

input_coverage as (

    select * from {{ ref('dim_input_coverage') }}

    where table_name = 'opportunities'

),

-- History is the last four quarters that were over when the period was measured.
last_quarters as (

    select
        periods.period_grain,
        periods.period_start,
        quarters.period_start as quarter_start,
        count(*) over (partition by periods.period_grain, periods.period_start) as quarter_count

    from periods

    cross join input_coverage

    inner join quarters
        on
            case when periods.is_complete then periods.period_start else periods.measured_date end
            >= quarters.period_end
            and case
                when periods.is_complete then periods.period_start else periods.measured_date
            end
            < {{ dbt.dateadd('month', 12, 'quarters.period_end') }}
            and input_coverage.covered_from <= quarters.period_start

),

-- A slice may have had openings in a quarter in which none of its own deals was decided.
parts as (

    select
        quarter_start,
        dimension,
        dimension_id,
        opening_deals,
        0 as valued_deals,
        opening_amount,
        won_amount as opening_won_amount,
        cast(null as decimal(38, 4)) as decided_amount,
        cast(null as decimal(38, 4)) as won_amount

    from openings

    union all

    select
        period_start as quarter_start,
        dimension,
        dimension_id,
        0 as opening_deals,
        valued_deals,
        cast(null as decimal(38, 4)) as opening_amount,
        cast(null as decimal(38, 4)) as opening_won_amount,
        decided_amount,
        won_amount

    from win_rates

),

summed as (

    select
        last_quarters.period_grain,
        last_quarters.period_start,
        parts.dimension,
        parts.dimension_id,
        max(last_quarters.quarter_count) as quarter_count,
        cast(sum(parts.opening_deals) as bigint) as opening_deals,
        cast(sum(parts.valued_deals) as bigint) as valued_deals,
        cast(sum(parts.opening_amount) as decimal(38, 4)) as opening_amount,
        cast(sum(parts.opening_won_amount) as decimal(38, 4)) as opening_won_amount,
        cast(sum(parts.decided_amount) as decimal(38, 4)) as decided_amount,
        cast(sum(parts.won_amount) as decimal(38, 4)) as won_amount

    from last_quarters

    inner join parts
        on last_quarters.quarter_start = parts.quarter_start

    group by 1, 2, 3, 4

),

-- With less than a year behind it, the win rate by value stands in.
final as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        case when quarter_count >= 4 then opening_deals else valued_deals end as needed_deals,
        case when quarter_count >= 4 then opening_amount else decided_amount end as needed_amount,
        case when quarter_count >= 4 then opening_won_amount else won_amount end
            as converted_amount,
        cast(case when quarter_count >= 4 then opening_amount else decided_amount end as double)
        / cast(
            nullif(case when quarter_count >= 4 then opening_won_amount else won_amount end, 0)
            as double
        ) as required_coverage,
        case when quarter_count >= 4 then 'ok' else 'provisional' end as required_coverage_status

    from summed

)

select * from final
