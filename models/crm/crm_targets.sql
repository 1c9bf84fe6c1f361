with

targets as (

    select * from {{ ref('stg_crm__targets') }}

    where reject_reason is null

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- Versions entered after as_of are not known yet; one without an instant is the oldest.
known_versions as (

    select
        targets.target_id,
        targets.updated_at,
        row_number() over (
            partition by targets.target_id
            order by targets.updated_at desc nulls last
        ) as version_age

    from targets

    cross join settings

    where coalesce(targets.updated_at <= settings.as_of, true)

),

final as (

    select
        targets.target_id,
        targets.kpi_id,
        targets.scope_id,
        targets.objective_id,
        targets.owner_id,
        targets.scope_type,
        targets.status,
        targets.baseline,
        targets.target_value,
        targets.stretch_value,
        coalesce(known_versions.version_age = 1, false) as is_in_force,
        targets.start_date,
        targets.end_date,
        targets.updated_at

    from targets

    left join known_versions
        on
            targets.target_id = known_versions.target_id
            and targets.updated_at is not distinct from known_versions.updated_at

)

select * from final
