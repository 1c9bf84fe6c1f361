with

employment as (

    select * from {{ ref('fct_employment') }}

    where is_quota_carrying

),

users as (

    select * from {{ ref('dim_users') }}

),

quarters as (

    select * from {{ ref('dim_periods') }}

    where period_grain = 'quarter' and is_started

),

-- A seller is shown to who leads the last team of the quarter.
placed as (

    select
        quarters.period_start as quarter_start,
        employment.user_id,
        employment.team_id,
        employment.region_id,
        users.hire_date,
        row_number() over (
            partition by quarters.period_start, employment.user_id
            order by employment.valid_from desc
        ) as place_rank

    from employment

    inner join quarters
        on
            employment.valid_from < quarters.snapshot_date
            and {{ open_end('employment.valid_to') }} > quarters.period_start

    left join users
        on employment.user_id = users.user_id

),

final as (

    select
        quarter_start,
        user_id,
        team_id,
        region_id,
        greatest(0, cast({{ dbt.datediff('hire_date', 'quarter_start', 'month') }} as int))
            as tenure_months

    from placed

    where place_rank = 1

)

select * from final
