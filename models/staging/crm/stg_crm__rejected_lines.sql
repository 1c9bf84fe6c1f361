-- depends_on: {{ ref('rejected_lines') }}
with

source as (

    select * from {{ source('crm', 'rejected_lines') }}

),

renamed as (

    select
        ---------- ids
        load_id,

        ---------- text
        table_name,
        source_file,
        reason,
        raw_line,

        ---------- numbers
        cast({{ read_as('line_number', 'decimal(18, 0)') }} as bigint) as line_number

    from source

)

select * from renamed
