-- depends_on: {{ ref('benchmarks') }}
with

source as (

    select * from {{ source('crm', 'benchmarks') }}

),

renamed as (

    select
        ---------- ids
        benchmark_id,
        kpi_id,
        segment,

        ---------- text
        lower(period_grain) as period_grain,
        population,
        source,
        coalesce(tier, 'own') as tier,

        ---------- numbers
        {{ read_as('low', 'double') }} as low,
        {{ read_as('mid', 'double') }} as mid,
        {{ read_as('high', 'double') }} as high,
        {{ read_as('published_year', 'integer') }} as published_year,

        ---------- booleans
        coalesce({{ read_as('is_default', 'boolean') }}, true) as is_default

    from source

)

select * from renamed
