with

teams as (

    select * from {{ ref('crm_teams') }}

),

closure as (

    select * from {{ ref('crm_team_closure') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- The tree as it stands on as_of.
current_places as (

    select
        closure.team_id,
        max(closure.depth) as level,
        max(case when closure.depth = 1 then closure.ancestor_team_id end) as parent_team_id

    from closure

    cross join settings

    where
        closure.valid_from <= settings.as_of_date
        and settings.as_of_date < {{ open_end('closure.valid_to') }}

    group by closure.team_id

),

parent_teams as (

    select distinct
        parent_team_id

    from current_places

),

final as (

    select
        teams.team_id,
        coalesce(teams.team_name, teams.team_id) as team_name,
        current_places.parent_team_id,
        teams.manager_id,
        current_places.level,
        parent_teams.parent_team_id is null as is_leaf

    from teams

    left join current_places
        on teams.team_id = current_places.team_id

    left join parent_teams
        on teams.team_id = parent_teams.parent_team_id

)

select * from final
