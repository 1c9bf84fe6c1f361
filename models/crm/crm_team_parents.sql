with

hierarchy as (

    select * from {{ ref('crm_team_hierarchy') }}

),

rep_teams as (

    select * from {{ ref('crm_rep_teams') }}

),

-- The tree is one tree between two dates on which any team moved.
boundaries as (

    select cast('1900-01-01' as date) as boundary_date

    union

    select valid_from as boundary_date from hierarchy

    union

    select valid_to as boundary_date from hierarchy where valid_to is not null

),

intervals as (

    select
        boundary_date as valid_from,
        lead(boundary_date) over (order by boundary_date) as valid_to

    from boundaries

),

teams as (

    select team_id from hierarchy

    union

    select team_id from rep_teams

    union

    select parent_team_id as team_id from hierarchy where parent_team_id is not null

),

-- A team that no row places at some time stands at the top then, so that its deals still roll up.
final as (

    select
        teams.team_id,
        intervals.valid_from,
        intervals.valid_to,
        -- A row without a parent is passed over by max_by unless empty text stands for it.
        nullif(
            max_by(coalesce(hierarchy.parent_team_id, ''), hierarchy.valid_from), ''
        ) as parent_team_id

    from teams

    cross join intervals

    left join hierarchy
        on
            teams.team_id = hierarchy.team_id
            and intervals.valid_from >= hierarchy.valid_from
            and intervals.valid_from < {{ open_end('hierarchy.valid_to') }}

    group by teams.team_id, intervals.valid_from, intervals.valid_to

)

select * from final
