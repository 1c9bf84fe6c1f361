with

-- A target that is revised, moved or cancelled has only its newest version known on as_of.
targets as (

    select * from {{ ref('crm_targets') }}

    where is_in_force and (status is null or status <> 'cancelled')

),

-- Of two targets for one thing the newer one holds.
ranked as (

    select
        target_id,
        kpi_id,
        coalesce(scope_type, 'total') as dimension,
        coalesce(scope_id, 'all') as dimension_id,
        target_value,
        stretch_value,
        start_date,
        end_date,
        row_number() over (
            partition by
                kpi_id,
                coalesce(scope_type, 'total'),
                coalesce(scope_id, 'all'),
                start_date,
                end_date
            order by updated_at desc nulls last, target_id desc
        ) as target_number

    from targets

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

    where target_number = 1

)

select * from final
