with

stages as (

    select * from {{ ref('crm_stages') }}

),

final as (

    -- What comes of deals in an unmapped stage says nothing of the next one.
    select
        pipeline_id,
        stage,
        nullif(stage_name, '{{ unmapped_stage() }}') as stage_name,
        default_probability
    from stages
    where not is_closed

    union all

    select distinct
        pipeline_id,
        '{{ unknown_open_stage() }}' as stage,
        cast(null as {{ dbt.type_string() }}) as stage_name,
        cast(null as double) as default_probability
    from stages

)

select * from final
