with

deals as (

    select * from {{ ref('fct_opportunities') }}

    where is_decided

),

stage_entries as (

    select * from {{ ref('crm_stage_entries') }}

),

stages as (

    select * from {{ ref('crm_stages') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

    where period_grain = 'quarter'

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- A snapshot of the first midnight of a quarter already belongs to it.
quarters as (

    select
        periods.period_start,
        periods.period_end,
        periods.prior_year_period_start

    from periods

    inner join settings
        on periods.period_start <= settings.snapshot_date

),

-- A quarter's probabilities come from the deals decided in the four quarters before it.
deals_by_quarter as (

    select
        quarters.period_start,
        deals.opportunity_id,
        deals.pipeline_id,
        deals.is_won

    from quarters

    inner join deals
        on
            quarters.prior_year_period_start <= deals.closed_date
            and quarters.period_start > deals.closed_date

),

pipeline_history as (

    select
        period_start,
        pipeline_id,
        count(*) as decided_deals,
        count(*) filter (where is_won) as won_deals

    from deals_by_quarter

    group by period_start, pipeline_id

),

stage_history as (

    select
        deals_by_quarter.period_start,
        deals_by_quarter.pipeline_id,
        stage_entries.stage,
        count(*) as decided_deals,
        count(*) filter (where deals_by_quarter.is_won) as won_deals

    from deals_by_quarter

    inner join stage_entries
        on deals_by_quarter.opportunity_id = stage_entries.opportunity_id

    group by deals_by_quarter.period_start, deals_by_quarter.pipeline_id, stage_entries.stage

),

open_stages as (

    select pipeline_id, stage, default_probability
    from stages
    where not is_closed

    union all

    select distinct pipeline_id, '{{ unknown_open_stage() }}' as stage, cast(null as double)
    from stages

),

final as (

    select
        quarters.period_start as quarter_start,
        quarters.period_end as quarter_end,
        open_stages.pipeline_id,
        open_stages.stage,
        coalesce(stage_history.decided_deals, 0) as decided_deals,
        coalesce(stage_history.won_deals, 0) as won_deals,
        -- A thin stage leans on its pipeline as if so many average deals had passed through it.
        coalesce(
            (
                coalesce(stage_history.won_deals, 0)
                + settings.calibration_prior_deals
                * (
                    pipeline_history.won_deals
                    / cast(nullif(pipeline_history.decided_deals, 0) as double)
                )
            )
            / nullif(
                coalesce(stage_history.decided_deals, 0) + settings.calibration_prior_deals, 0
            ),
            open_stages.default_probability
        ) as win_probability

    from quarters

    cross join open_stages

    cross join settings

    left join pipeline_history
        on
            quarters.period_start = pipeline_history.period_start
            and open_stages.pipeline_id = pipeline_history.pipeline_id

    left join stage_history
        on
            quarters.period_start = stage_history.period_start
            and open_stages.pipeline_id = stage_history.pipeline_id
            and open_stages.stage = stage_history.stage

)

select * from final
