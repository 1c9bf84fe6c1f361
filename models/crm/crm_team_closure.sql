with

lineages as (

    select * from {{ ref('crm_team_lineages') }}

),

depths as (

    select * from (values (0), (1), (2), (3), (4), (5), (6), (7)) as numbers (depth)

),

ancestors as (

    select
        lineages.team_id,
        lineages.valid_from,
        lineages.valid_to,
        depths.depth,
        case depths.depth
            when 0 then lineages.team_id
            when 1 then lineages.ancestor_1
            when 2 then lineages.ancestor_2
            when 3 then lineages.ancestor_3
            when 4 then lineages.ancestor_4
            when 5 then lineages.ancestor_5
            when 6 then lineages.ancestor_6
            when 7 then lineages.ancestor_7
        end as ancestor_team_id

    from lineages

    cross join depths

),

final as (

    select team_id, ancestor_team_id, valid_from, valid_to, min(depth) as depth
    from ancestors
    where ancestor_team_id is not null
    group by team_id, ancestor_team_id, valid_from, valid_to

    union all

    -- Deals whose owner has no team roll up to Unknown, so that the tops add up to the total.
    select '-1', '-1', cast('1900-01-01' as date), cast(null as date), 0 as depth

)

select * from final
