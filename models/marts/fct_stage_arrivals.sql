with

opportunities as (

    select * from {{ ref('fct_opportunities') }}

    where is_in_cohort and created_date is not null

),

entries as (

    select * from {{ ref('fct_stage_entries') }}

),

-- Winning is the last stage of all.
stages as (

    select distinct
        pipeline_id,
        stage_name,
        stage_order,
        false as is_won_stage

    from entries

    union all

    select distinct
        pipeline_id,
        'Won' as stage_name,
        cast(1000000 as bigint) as stage_order,
        true as is_won_stage

    from opportunities

),

-- Who got to a later stage got to this one; a deal that was won got to all of them.
arrivals as (

    select
        opportunities.opportunity_id,
        opportunities.created_date,
        stages.pipeline_id,
        stages.stage_name,
        stages.stage_order,
        min(
            case
                when entries.stage_order >= stages.stage_order then entries.entered_date
            end
        ) as entered_date,
        max(case when opportunities.is_won then opportunities.closed_date end) as won_date

    from opportunities

    inner join stages
        on opportunities.pipeline_id = stages.pipeline_id

    left join entries
        on opportunities.opportunity_id = entries.opportunity_id

    group by
        opportunities.opportunity_id,
        opportunities.created_date,
        stages.pipeline_id,
        stages.stage_name,
        stages.stage_order

),

final as (

    select
        opportunity_id,
        created_date,
        pipeline_id,
        stage_name,
        stage_order,
        {{ days_between(
            'created_date',
            'least(coalesce(entered_date, won_date), coalesce(won_date, entered_date))'
        ) }} as days_to_reach

    from arrivals

)

select * from final
