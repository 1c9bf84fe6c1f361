-- depends_on: {{ ref('mapping_repairs') }}
with

source as (

    select * from {{ source('crm', 'mapping_repairs') }}

),

renamed as (

    select
        ---------- ids
        record_id,

        ---------- text
        table_name,
        column_name,
        written,
        corrected

    from source

)

select * from renamed
