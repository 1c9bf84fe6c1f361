with

targets as (

    select * from {{ ref('crm_targets') }}

    where status is null or status <> 'cancelled'

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- Targets are revised; the newest version that was known on as_of holds.
ranked as (

    select
        targets.target_id,
        targets.kpi_id,
        coalesce(targets.scope_type, 'total') as dimension,
        coalesce(targets.scope_id, 'all') as dimension_id,
        targets.target_value,
        targets.stretch_value,
        targets.start_date,
        targets.end_date,
        row_number() over (
            partition by
                targets.kpi_id,
                coalesce(targets.scope_type, 'total'),
                coalesce(targets.scope_id, 'all'),
                targets.start_date,
                targets.end_date
            order by targets.updated_at desc nulls last, targets.target_id desc
        ) as version_number

    from targets

    cross join settings

    where targets.updated_at is null or targets.updated_at <= settings.as_of

),

final as (

    select
        target_id,
        kpi_id,
        dimension,
        dimension_id,
        target_value,
        stretch_value,
        start_date,
        end_date

    from ranked

    where version_number = 1

)

select * from final
