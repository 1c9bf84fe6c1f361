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

last_quarters as (

    select * from {{ ref('kpi_required_coverage_windows') }}

),

-- With less than a year behind it, the win rate by value stands in.
parts as (

    select
        quarter_start,
        dimension,
        dimension_id,
        true as is_history,
        opening_deals as needed_deals,
        opening_amount as needed_amount,
        won_amount as converted_amount

    from openings

    union all

    select
        period_start,
        dimension,
        dimension_id,
        false,
        valued_deals,
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
        case when parts.is_history then 'ok' else 'provisional' end as required_coverage_status,
        cast(sum(parts.needed_deals) as bigint) as needed_deals,
        cast(sum(parts.needed_amount) as decimal(38, 4)) as needed_amount,
        cast(sum(parts.converted_amount) as decimal(38, 4)) as converted_amount

    from last_quarters

    inner join parts
        on
            last_quarters.quarter_start = parts.quarter_start
            and last_quarters.is_whole_year = parts.is_history

    group by 1, 2, 3, 4, 5

),

final as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        needed_deals,
        needed_amount,
        converted_amount,
        cast(needed_amount as double) / cast(nullif(converted_amount, 0) as double)
            as required_coverage,
        required_coverage_status

    from summed

)

select * from final
