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

quarters as (

    select * from {{ ref('dim_periods') }}

    where period_grain = 'quarter'

),

-- A quarter's probabilities come from the deals decided in the four quarters before it.
deals_by_quarter as (

    select
        quarters.period_start as quarter_start,
        deals.opportunity_id,
        deals.pipeline_id,
        deals.is_won

    from quarters

    inner join deals
        on
            quarters.prior_year_period_start <= deals.closed_date
            and quarters.period_start > deals.closed_date

),

-- Two labels of one stage, as after a rename, are one stage that a deal entered once.
entered_stages as (

    select distinct
        deals_by_quarter.quarter_start,
        deals_by_quarter.pipeline_id,
        stages.stage_name,
        deals_by_quarter.opportunity_id,
        deals_by_quarter.is_won

    from deals_by_quarter

    inner join stage_entries
        on deals_by_quarter.opportunity_id = stage_entries.opportunity_id

    inner join stages
        on
            deals_by_quarter.pipeline_id = stages.pipeline_id
            and stage_entries.stage = stages.stage

),

final as (

    select
        quarter_start,
        pipeline_id,
        cast(null as {{ dbt.type_string() }}) as stage_name,
        opportunity_id,
        is_won

    from deals_by_quarter

    union all

    select
        quarter_start,
        pipeline_id,
        stage_name,
        opportunity_id,
        is_won

    from entered_stages

)

select * from final
