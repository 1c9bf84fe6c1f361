with

-- A target that was raised or cut keeps what was first written down beside it.
versions as (

    select
        *,
        first_value(target_value) over (
            partition by target_id order by updated_at nulls first
        ) as original_target_value

    from {{ ref('crm_targets') }}

),

users as (

    select * from {{ ref('crm_users') }}

),

objectives as (

    select * from {{ ref('crm_objectives') }}

),

-- A target that is revised, moved or cancelled has only its newest version known on as_of.
targets as (

    select * from versions where is_in_force and (status is null or status <> 'cancelled')

),

scoped as (

    select
        *,
        case when scope_type is null or scope_type = 'company' then 'total' else scope_type end
            as dimension,
        case
            when scope_type in ('total', 'company') then 'all' else coalesce(scope_id, 'all')
        end as dimension_id

    from targets

),

-- Of two targets for one thing the newer one holds.
ranked as (

    select
        *,
        row_number() over (
            partition by kpi_id, dimension, dimension_id, start_date, end_date
            order by updated_at desc nulls last, target_id desc
        ) as target_number

    from scoped

),

-- Who is in no table at all cannot be missed there.
final as (

    select
        ranked.target_id,
        ranked.kpi_id,
        ranked.dimension,
        ranked.dimension_id,
        ranked.owner_id,
        ranked.objective_id,
        ranked.baseline,
        ranked.target_value,
        ranked.stretch_value,
        ranked.original_target_value,
        {{ known_member('ranked.owner_id', 'users.user_id', ref('crm_users')) }} is not null
            as has_owner,
        {{ known_member(
            'ranked.objective_id', 'objectives.objective_id', ref('crm_objectives')
        ) }} is not null as has_objective,
        ranked.start_date,
        ranked.end_date

    from ranked

    left join users
        on ranked.owner_id = users.user_id

    left join objectives
        on ranked.objective_id = objectives.objective_id

    where ranked.target_number = 1

)

select * from final
