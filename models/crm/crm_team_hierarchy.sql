with

hierarchy as (

    select * from {{ ref('stg_crm__team_hierarchy') }}

    where reject_reason is null

),

teams as (

    select * from {{ ref('crm_teams') }}

),

ordered as (

    select
        *,
        lead(valid_from) over (partition by team_id order by valid_from) as next_valid_from

    from hierarchy

),

-- No team is without its place for one day: such an end is the last day of the place.
dated_teams as (

    select
        team_id,
        parent_team_id,
        manager_id,
        valid_from,
        case when valid_to + 1 = next_valid_from then next_valid_from else valid_to end as valid_to,
        coalesce(valid_to + 1 = next_valid_from, false) as is_end_inclusive

    from ordered

),

-- Teams without dated rows stand where they stand now, as if they always had.
undated_teams as (

    select
        teams.team_id,
        teams.parent_team_id,
        teams.manager_id,
        date '1900-01-01' as valid_from,
        cast(null as date) as valid_to,
        false as is_end_inclusive

    from teams

    left join hierarchy
        on teams.team_id = hierarchy.team_id

    where hierarchy.team_id is null

),

final as (

    select * from dated_teams

    union all

    select * from undated_teams

)

select * from final
