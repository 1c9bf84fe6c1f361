-- The company, its regional offices, and in each the teams of its managers.
with

company as (

    select
        'Sales' as team_id,
        'Sales' as team_name,
        null as parent_team_id,
        null as manager_id

),

offices as (

    select distinct
        regional_office as team_id,
        regional_office as team_name,
        'Sales' as parent_team_id,
        null as manager_id

    from sales_teams

),

managed_teams as (

    select distinct
        'Team ' || manager as team_id,
        'Team ' || manager as team_name,
        regional_office as parent_team_id,
        manager as manager_id

    from sales_teams

)

select * from company
union all
select * from offices
union all
select * from managed_teams
