with

team_memberships as (

    select * from {{ ref('stg_crm__team_memberships') }}

    where reject_reason is null

),

ordered as (

    select
        *,
        lead(valid_from) over (
            partition by user_id, is_primary order by valid_from, team_id
        ) as next_valid_from

    from team_memberships

),

-- Nobody is out of a team for one day: the end is the last day where the next team begins after it.
final as (

    select
        user_id,
        team_id,
        is_primary,
        valid_from,
        case when valid_to + 1 = next_valid_from then next_valid_from else valid_to end as valid_to,
        coalesce(valid_to + 1 = next_valid_from, false) as is_end_inclusive

    from ordered

)

select * from final
