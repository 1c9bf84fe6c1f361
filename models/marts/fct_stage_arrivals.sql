with

opportunities as (

    select * from {{ ref('fct_opportunities') }}

    where is_in_cohort and created_date is not null

),

entries as (

    select * from {{ ref('fct_stage_entries') }}

),

-- Winning is the last stage of all.
steps as (

    select
        opportunity_id,
        pipeline_id,
        stage_name,
        stage_order,
        entered_date

    from entries

    union all

    select
        opportunity_id,
        pipeline_id,
        'Won' as stage_name,
        cast(1000000 as bigint) as stage_order,
        closed_date as entered_date

    from opportunities

    where is_won

),

stages as (

    select distinct
        pipeline_id,
        stage_name,
        stage_order

    from steps

),

-- Who got to a later stage got to this one, and who won got to all of them.
final as (

    select
        opportunities.opportunity_id,
        opportunities.created_date,
        stages.pipeline_id,
        stages.stage_name,
        stages.stage_order,
        {{ days_between('opportunities.created_date', 'min(steps.entered_date)') }}
            as days_to_reach

    from opportunities

    inner join stages
        on opportunities.pipeline_id = stages.pipeline_id

    left join steps
        on
            opportunities.opportunity_id = steps.opportunity_id
            and stages.stage_order <= steps.stage_order

    group by
        opportunities.opportunity_id,
        opportunities.created_date,
        stages.pipeline_id,
        stages.stage_name,
        stages.stage_order

)

select * from final
