-- Opening and movements are closing, to the cent and to the deal, in every period, for the whole
-- open pipeline and for what is due, for the total, every seller, team and region; and what closes
-- the whole pipeline is the pipeline value of that moment.
with

waterfall as (

    select * from {{ ref('report_pipeline_waterfall') }}

),

pipeline as (

    select * from {{ ref('kpi_pipeline') }}

    where dimension in ('total', 'rep', 'team', 'region')

)

select
    waterfall.period_grain,
    waterfall.period_start,
    waterfall.scope,
    waterfall.dimension,
    waterfall.dimension_id,
    waterfall.movement,
    waterfall.deals,
    waterfall.amount

from waterfall

left join pipeline
    on
        waterfall.period_grain = pipeline.period_grain
        and waterfall.period_start = pipeline.period_start
        and waterfall.dimension = pipeline.dimension
        and waterfall.dimension_id = pipeline.dimension_id
        and waterfall.scope = 'open'
        and waterfall.movement = 'closing'

where
    (waterfall.movement = 'unexplained' and (waterfall.deals <> 0 or waterfall.amount <> 0))
    or (
        waterfall.scope = 'open'
        and waterfall.movement = 'closing'
        and (
            waterfall.deals <> coalesce(pipeline.open_deals, 0)
            or (
                pipeline.pipeline_value is not null
                and waterfall.amount <> pipeline.pipeline_value
            )
        )
    )
