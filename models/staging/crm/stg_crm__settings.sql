-- depends_on: {{ ref('settings') }}
with

defaults as (

    select * from {{ ref('parameters') }}

),

settings as (

    select * from {{ source('crm', 'settings') }}

),

final as (

    select
        coalesce(settings.parameter, defaults.parameter) as parameter,
        coalesce(settings.value, defaults.value) as value,
        settings.parameter is not null as is_set

    from defaults

    full outer join settings
        on defaults.parameter = settings.parameter

)

select * from final
