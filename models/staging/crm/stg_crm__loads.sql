-- depends_on: {{ ref('loads') }}
with

source as (

    select * from {{ source('crm', 'loads') }}

),

renamed as (

    select
        ---------- ids
        load_id,

        ---------- text
        table_name,
        source_files,
        missing_columns,

        ---------- numbers
        cast(try_cast(row_count as decimal(18, 0)) as bigint) as row_count,
        cast(try_cast(rejected_line_count as decimal(18, 0)) as bigint) as rejected_line_count,

        ---------- booleans
        try_cast(is_delivered as boolean) as is_delivered,

        ---------- dates and instants
        try_cast(coverage_from as date) as coverage_from,
        {{ read_instant('extracted_at') }} as extracted_at,
        {{ read_instant('loaded_at') }} as loaded_at

    from source

)

select * from renamed
