with

memberships as (

    select * from {{ ref('crm_team_memberships') }}

    where is_primary

),

-- Between two dates on which a seller's memberships change, the team is one team.
boundaries as (

    select user_id, valid_from as boundary_date from memberships

    union

    select user_id, valid_to as boundary_date from memberships
    where valid_to is not null

),

intervals as (

    select
        user_id,
        boundary_date as valid_from,
        lead(boundary_date) over (partition by user_id order by boundary_date) as valid_to

    from boundaries

),

-- Where memberships overlap the one entered last counts, and after it the earlier one again.
ranked as (

    select
        intervals.user_id,
        memberships.team_id,
        intervals.valid_from,
        intervals.valid_to,
        row_number() over (
            partition by intervals.user_id, intervals.valid_from
            order by
                memberships.valid_from desc,
                memberships.valid_to desc nulls first,
                memberships.team_id desc
        ) as membership_rank

    from intervals

    inner join memberships
        on
            intervals.user_id = memberships.user_id
            and intervals.valid_from >= memberships.valid_from
            and intervals.valid_from < {{ open_end('memberships.valid_to') }}

),

final as (

    select user_id, team_id, valid_from, valid_to from ranked
    where membership_rank = 1

)

select * from final
