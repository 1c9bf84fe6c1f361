with

hierarchy as (

    select * from {{ ref('crm_team_hierarchy') }}

),

parents as (

    select * from {{ ref('crm_team_parents') }}

),

-- The roll-up climbs eight levels; what is still climbing then is a cycle or too deep a tree.
endless_climbs as (

    select distinct
        level_1.team_id

    from parents as level_1

    {% for level in range(2, 9) -%}
    inner join parents as level_{{ level }}
        on
            level_{{ level - 1 }}.parent_team_id = level_{{ level }}.team_id
            and level_{{ level - 1 }}.valid_from = level_{{ level }}.valid_from
    {% endfor %}
    where level_8.parent_team_id is not null

),

double_parents as (

    select distinct
        hierarchy.team_id

    from hierarchy

    inner join hierarchy as others
        on
            hierarchy.team_id = others.team_id
            and hierarchy.valid_from > others.valid_from
            and hierarchy.valid_from < {{ open_end('others.valid_to') }}

),

final as (

    select
        'hierarchy_cycle_or_too_deep' as finding,
        'team_hierarchy' as table_name,
        'parent_team_id' as column_name,
        team_id as record_id,
        cast(null as decimal(18, 4)) as amount_at_stake

    from endless_climbs

    union all

    select
        'overlapping_hierarchy' as finding,
        'team_hierarchy' as table_name,
        'valid_from' as column_name,
        team_id as record_id,
        cast(null as decimal(18, 4)) as amount_at_stake

    from double_parents

    union all

    select distinct
        'hierarchy_end_on_the_last_day' as finding,
        'team_hierarchy' as table_name,
        'valid_to' as column_name,
        team_id as record_id,
        cast(null as decimal(18, 4)) as amount_at_stake

    from hierarchy

    where is_end_inclusive

)

select * from final
