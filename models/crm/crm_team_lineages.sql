with

parents as (

    select * from {{ ref('crm_team_parents') }}

),

-- Eight levels, unrolled: Spark 3.5 has no recursive query. A cycle just runs out of levels.
final as (

    select
        level_0.team_id,
        level_0.valid_from,
        level_0.valid_to,
        level_0.parent_team_id as ancestor_1,
        level_1.parent_team_id as ancestor_2,
        level_2.parent_team_id as ancestor_3,
        level_3.parent_team_id as ancestor_4,
        level_4.parent_team_id as ancestor_5,
        level_5.parent_team_id as ancestor_6,
        level_6.parent_team_id as ancestor_7

    from parents as level_0

    left join parents as level_1
        on
            level_0.parent_team_id = level_1.team_id
            and level_0.valid_from = level_1.valid_from

    left join parents as level_2
        on
            level_1.parent_team_id = level_2.team_id
            and level_0.valid_from = level_2.valid_from

    left join parents as level_3
        on
            level_2.parent_team_id = level_3.team_id
            and level_0.valid_from = level_3.valid_from

    left join parents as level_4
        on
            level_3.parent_team_id = level_4.team_id
            and level_0.valid_from = level_4.valid_from

    left join parents as level_5
        on
            level_4.parent_team_id = level_5.team_id
            and level_0.valid_from = level_5.valid_from

    left join parents as level_6
        on
            level_5.parent_team_id = level_6.team_id
            and level_0.valid_from = level_6.valid_from

)

select * from final
