-- depends_on: {{ ref('opportunities') }}
-- depends_on: {{ ref('opportunity_field_history') }}
-- depends_on: {{ ref('opportunity_stage_history') }}
with

opportunities as (

    select * from {{ source('crm', 'opportunities') }}

),

stage_history as (

    select * from {{ source('crm', 'opportunity_stage_history') }}

),

field_history as (

    select * from {{ source('crm', 'opportunity_field_history') }}

    where lower(field_name) = 'stage'

),

-- A log names no pipeline.
labels as (

    select distinct
        coalesce(pipeline_id, 'default') as pipeline_id,
        stage

    from opportunities

    union

    select distinct
        cast(null as {{ dbt.type_string() }}) as pipeline_id,
        stage

    from stage_history

    union

    select distinct
        cast(null as {{ dbt.type_string() }}) as pipeline_id,
        new_value as stage

    from field_history

    union

    select distinct
        cast(null as {{ dbt.type_string() }}) as pipeline_id,
        old_value as stage

    from field_history

),

final as (

    select
        pipeline_id,
        stage

    from labels

    where stage is not null

)

select * from final
