-- depends_on: {{ ref('lead_sources') }}
with

defaults as (

    select * from {{ ref('lead_source_mapping') }}

),

lead_sources as (

    select * from {{ source('crm', 'lead_sources') }}

),

final as (

    select
        coalesce(lead_sources.lead_source, defaults.lead_source) as lead_source,
        case
            when lead_sources.lead_source is null then defaults.lead_source_name
            else coalesce(lead_sources.lead_source_name, lead_sources.lead_source)
        end as lead_source_name,
        case
            when lead_sources.lead_source is null then defaults.channel
            else coalesce(lower(lead_sources.channel), 'unknown')
        end as channel,
        case
            when lead_sources.lead_source is null then defaults.is_paid
            else coalesce({{ read_as('lead_sources.is_paid', 'boolean') }}, false)
        end as is_paid,
        case
            when lead_sources.lead_source is null then defaults.is_web
            else coalesce({{ read_as('lead_sources.is_web', 'boolean') }}, false)
        end as is_web

    from defaults

    full outer join lead_sources
        on defaults.lead_source = lead_sources.lead_source

)

select * from final
