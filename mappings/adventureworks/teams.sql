-- The company, its territory groups, and the territories in each.
with

managers (title, team_id) as (

    values
    ('Vice President of Sales', 'Sales'),
    ('North American Sales Manager', 'North America'),
    ('European Sales Manager', 'Europe'),
    ('Pacific Sales Manager', 'Pacific')

),

all_teams as (

    select
        'Sales' as team_id,
        null as parent_team_id

    union all

    select distinct
        territory_group as team_id,
        'Sales' as parent_team_id

    from salesterritory

    union all

    select
        territory_name as team_id,
        territory_group as parent_team_id

    from salesterritory

)

select
    all_teams.team_id,
    all_teams.team_id as team_name,
    all_teams.parent_team_id,
    employee.person_id as manager_id

from all_teams
left join managers on all_teams.team_id = managers.team_id
left join employee on managers.title = employee.title
