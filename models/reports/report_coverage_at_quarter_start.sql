-- Did a quarter begin with enough, and what became of it?
with

coverage as (

    select * from {{ ref('kpi_coverage') }}

    where
        period_grain = 'quarter'
        and dimension in ('total', 'team')
        and opening_in_period is not null

),

quarters as (

    select * from {{ ref('dim_periods') }}

    where period_grain = 'quarter'

),

sliced_deals as (

    select * from {{ ref('sliced_quarter_deals') }}

),

-- What the four quarters before say, where all four are over.
measured as (

    select
        coverage.period_start as quarter_start,
        quarters.is_complete,
        coverage.dimension,
        coverage.dimension_id,
        cast(coverage.opening_in_period as double) as opening_pipeline,
        cast(coverage.opening_quota as double) as quota,
        coalesce(cast(sliced_deals.won_from_opening as double), 0) as won_from_opening,
        coalesce(cast(sliced_deals.created_and_closed as double), 0) as created_and_closed,
        coalesce(cast(sliced_deals.won_otherwise as double), 0) as won_otherwise

    from coverage

    inner join quarters
        on coverage.period_start = quarters.period_start

    left join sliced_deals
        on
            coverage.period_start = sliced_deals.period_start
            and coverage.dimension = sliced_deals.dimension
            and coverage.dimension_id = sliced_deals.dimension_id

    where quarters.is_started

),

remembered as (

    select
        *,
        case when count(*) over before = 4 then sum(won_from_opening) over before end
        / nullif(sum(opening_pipeline) over before, 0) as usual_conversion,
        case when count(*) over before = 4 then avg(created_and_closed) over before end
            as expected_create_and_close

    from measured

    window before as (
        partition by dimension, dimension_id
        order by quarter_start
        rows between 4 preceding and 1 preceding
    )

),

final as (

    select
        *,
        opening_pipeline / nullif(quota, 0) as coverage,
        case when is_complete then won_from_opening / nullif(opening_pipeline, 0) end
            as opening_conversion,
        (won_from_opening + created_and_closed + won_otherwise) / nullif(quota, 0) as attainment,
        (quota - expected_create_and_close) / nullif(quota * usual_conversion, 0)
            as required_multiple_after_create_and_close,
        (quota - expected_create_and_close) / nullif(usual_conversion, 0) - opening_pipeline
            as pipeline_gap

    from remembered

)

select * from final
