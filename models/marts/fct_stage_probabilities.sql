with

pipeline_outcomes as (

    select * from {{ ref('fct_stage_outcomes') }}

    where stage_name is null

),

stage_outcomes as (

    select * from {{ ref('fct_stage_outcomes') }}

    where stage_name is not null

),

open_stages as (

    select * from {{ ref('crm_open_stages') }}

),

quarters as (

    select * from {{ ref('dim_periods') }}

    where period_grain = 'quarter'

),

settings as (

    select * from {{ ref('crm_settings') }}

),

final as (

    select
        quarters.period_start as quarter_start,
        -- The midnight after an as_of at noon still belongs to the quarter of as_of.
        case
            when quarters.period_end > settings.as_of_date
                then greatest(quarters.period_end, settings.snapshot_date + 1)
            else quarters.period_end
        end as quarter_end,
        open_stages.pipeline_id,
        open_stages.stage,
        coalesce(stage_outcomes.decided_deals, 0) as decided_deals,
        coalesce(stage_outcomes.won_deals, 0) as won_deals,
        -- A thin stage leans on its pipeline as if so many average deals had passed through it.
        coalesce(
            (
                coalesce(stage_outcomes.won_deals, 0)
                + settings.calibration_prior_deals
                * (
                    pipeline_outcomes.won_deals
                    / cast(nullif(pipeline_outcomes.decided_deals, 0) as double)
                )
            )
            / nullif(
                coalesce(stage_outcomes.decided_deals, 0) + settings.calibration_prior_deals, 0
            ),
            open_stages.default_probability
        ) as win_probability

    from quarters

    cross join open_stages

    cross join settings

    left join pipeline_outcomes
        on
            quarters.period_start = pipeline_outcomes.quarter_start
            and open_stages.pipeline_id = pipeline_outcomes.pipeline_id

    left join stage_outcomes
        on
            quarters.period_start = stage_outcomes.quarter_start
            and open_stages.pipeline_id = stage_outcomes.pipeline_id
            and open_stages.stage_name = stage_outcomes.stage_name

    where quarters.period_start <= settings.as_of_date

)

select * from final
