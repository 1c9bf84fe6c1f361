with

hierarchy as (

    select * from {{ ref('stg_crm__team_hierarchy') }}

    where reject_reason is null

),

teams as (

    select * from {{ ref('crm_teams') }}

),

-- Teams without dated rows stand where they stand now, as if they always had.
undated_teams as (

    select
        teams.team_id,
        teams.parent_team_id,
        teams.manager_id,
        date '1900-01-01' as valid_from,
        cast(null as date) as valid_to

    from teams

    left join hierarchy
        on teams.team_id = hierarchy.team_id

    where hierarchy.team_id is null

),

final as (

    select
        team_id,
        parent_team_id,
        manager_id,
        valid_from,
        valid_to

    from hierarchy

    union all

    select
        team_id,
        parent_team_id,
        manager_id,
        valid_from,
        valid_to

    from undated_teams

)

select * from final
