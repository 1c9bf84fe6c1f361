-- depends_on: {{ ref('loads') }}
with

source as (

    select * from {{ source('crm', 'loads') }}

),

date_rules as (

    select * from {{ ref('stg_crm__date_rules') }}

),

renamed as (

    select
        ---------- ids
        source.load_id,

        ---------- text
        source.table_name,
        source.source_files,
        source.missing_columns,

        ---------- numbers
        cast({{ read_as('row_count', 'decimal(18, 0)') }} as bigint) as row_count,
        cast({{ read_as('rejected_line_count', 'decimal(18, 0)') }} as bigint)
            as rejected_line_count,

        ---------- booleans
        {{ read_as('is_delivered', 'boolean') }} as is_delivered,

        ---------- dates and instants
        {{ read_as('coverage_from', 'date') }} as coverage_from,
        {{ read_instant('extracted_at') }} as extracted_at,
        {{ read_instant('loaded_at') }} as loaded_at

    from source

    cross join date_rules

)

select * from renamed
