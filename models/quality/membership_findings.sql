with

all_memberships as (

    select * from {{ ref('crm_team_memberships') }}

),

memberships as (

    select * from all_memberships

    where is_primary and (valid_to is null or valid_from < valid_to)

),

final as (

    select distinct
        'overlapping_memberships' as finding,
        'team_memberships' as table_name,
        'valid_from' as column_name,
        memberships.user_id as record_id,
        cast(null as decimal(18, 4)) as amount_at_stake

    from memberships

    inner join memberships as others
        on
            memberships.user_id = others.user_id
            and memberships.team_id <> others.team_id
            and memberships.valid_from >= others.valid_from
            and memberships.valid_from < {{ open_end('others.valid_to') }}

    union all

    select
        'membership_end_on_the_last_day' as finding,
        'team_memberships' as table_name,
        'valid_to' as column_name,
        user_id as record_id,
        cast(null as decimal(18, 4)) as amount_at_stake

    from all_memberships

    where is_end_inclusive

)

select * from final
