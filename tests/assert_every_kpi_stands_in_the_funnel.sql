-- Each KPI of the catalogue belongs to one of five stages, and each stage has one with a value.
with

catalog as (

    select * from {{ ref('kpi_catalog') }}

),

funnel as (

    select * from {{ ref('report_funnel') }}

),

missing as (

    select catalog.kpi_id as subject

    from catalog

    left join funnel
        on catalog.kpi_id = funnel.kpi_id

    where funnel.kpi_id is null

),

valued as (

    select count(distinct funnel_stage) as stages from funnel

    where value is not null

),

available as (

    select count(distinct funnel_stage) as stages from catalog

    where availability = 'available'

)

select subject from missing

union all

select 'a stage without a value' as subject

from valued

cross join available

where valued.stages < available.stages
