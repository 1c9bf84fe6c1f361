with

input_starts as (

    select * from {{ ref('crm_input_starts') }}

),

loads as (

    select * from {{ ref('stg_crm__loads') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- Calls, e-mails and meetings are read from one table.
sourced as (

    select
        *,
        case table_name
            {%- for feed in activity_feeds() %}
            when '{{ feed }}' then 'activities'
            {%- endfor %}
            else table_name
        end as source_table

    from input_starts

),

covered as (

    select
        sourced.table_name,
        sourced.source_table,
        sourced.record_count,
        loads.coverage_from is not null as is_coverage_declared,
        coalesce(
            loads.coverage_from,
            cast({{ dbt.date_trunc('month', 'sourced.first_date') }} as date)
        ) as covered_from

    from sourced

    left join loads
        on sourced.source_table = loads.table_name

),

-- Customers are those of subscriptions, or the buyers where a site delivers none.
inputs as (

    select table_name, source_table, record_count, is_coverage_declared, covered_from from covered

    union all

    select
        'customers' as table_name,
        known_from.table_name as source_table,
        opportunities.record_count,
        known_from.is_coverage_declared,
        known_from.covered_from

    from covered as opportunities

    inner join covered as subscriptions
        on opportunities.table_name = 'opportunities' and subscriptions.table_name = 'subscriptions'

    inner join covered as known_from
        on
            known_from.table_name
            = case when subscriptions.record_count > 0 then 'subscriptions' else 'opportunities' end

),

final as (

    select
        inputs.table_name,
        inputs.source_table,
        inputs.record_count,
        inputs.record_count > 0 as is_delivered,
        inputs.is_coverage_declared,
        inputs.covered_from,
        settings.as_of_date as covered_to

    from inputs

    cross join settings

)

select * from final
