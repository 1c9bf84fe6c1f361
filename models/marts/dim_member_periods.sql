with

members as (

    select * from {{ ref('dim_member_activity') }}

),

users as (

    select * from {{ ref('dim_users') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

    where is_started

),

-- A seller counts while employed, sales or not: leaving zero sellers out is the classic error.
active_members as (

    select
        members.dimension,
        members.dimension_id,
        least(members.active_from, users.hire_date) as active_from,
        case
            -- The company goes on when its last deal is closed: its zeros are zeros.
            when members.dimension = 'total' then date '9999-12-31'
            when members.dimension = 'rep'
                then greatest(
                    coalesce(
                        users.termination_date - 1,
                        case when users.is_active then date '9999-12-31' end,
                        members.last_date
                    ),
                    case when members.last_date < date '9999-12-31' then members.last_date end
                )
            else members.last_date
        end as active_to

    from members

    left join users
        on case when members.dimension = 'rep' then members.dimension_id end = users.user_id

),

final as (

    select distinct
        active_members.dimension,
        active_members.dimension_id,
        periods.period_grain,
        periods.period_start

    from active_members

    inner join periods
        on
            active_members.active_from < periods.period_end
            and active_members.active_to >= periods.period_start

    where active_members.dimension = 'total' or periods.period_grain not in ('day', 'week')

)

select * from final
