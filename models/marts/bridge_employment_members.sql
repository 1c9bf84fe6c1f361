with

employment as (

    select * from {{ ref('fct_employment') }}

),

team_closure as (

    select * from {{ ref('dim_team_closure') }}

),

-- Where an employee stood, and when: in the company, in a region, in a team and those above it.
final as (

    select
        user_id,
        'total' as dimension,
        'all' as dimension_id,
        fte,
        is_sales,
        is_quota_carrying,
        is_on_long_leave,
        valid_from,
        valid_to

    from employment

    union all

    select
        user_id,
        'region',
        region_id,
        fte,
        is_sales,
        is_quota_carrying,
        is_on_long_leave,
        valid_from,
        valid_to

    from employment

    union all

    -- The earlier of two ends; an open one is none.
    select
        employment.user_id,
        'team',
        team_closure.ancestor_team_id,
        employment.fte,
        employment.is_sales,
        employment.is_quota_carrying,
        employment.is_on_long_leave,
        greatest(employment.valid_from, team_closure.valid_from),
        least(employment.valid_to, team_closure.valid_to)

    from employment

    inner join team_closure
        on
            employment.team_id = team_closure.team_id
            and employment.valid_from < {{ open_end('team_closure.valid_to') }}
            and {{ open_end('employment.valid_to') }} > team_closure.valid_from

)

select * from final
