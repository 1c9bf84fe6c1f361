with

members as (

    select * from {{ ref('bridge_employment_members') }}

    -- A team loses who goes to another department, the company does not.
    where is_sales or dimension <> 'team'

),

users as (

    select * from {{ ref('dim_users') }}

),

settings as (

    select * from {{ ref('dim_settings') }}

),

followed as (

    select
        *,
        lead(valid_from) over (
            partition by user_id, dimension, dimension_id order by valid_from
        ) as next_valid_from,
        max({{ open_end('valid_to') }}) over (partition by user_id) as last_valid_to

    from members

),

-- Who comes back soon has not left; why somebody left is said of the last time.
final as (

    select
        followed.dimension,
        followed.dimension_id,
        followed.user_id,
        followed.valid_to - 1 as last_day,
        1 as separations,
        case
            when users.termination_type = 'voluntary' and followed.valid_to = followed.last_valid_to
                then 1
            else 0
        end as voluntary_separations

    from followed

    cross join settings

    left join users
        on followed.user_id = users.user_id

    where
        followed.is_sales
        and followed.valid_to <= settings.snapshot_date
        and coalesce(
            {{ days_between('followed.valid_to', 'followed.next_valid_from') }}
            > settings.rehire_days,
            true
        )

)

select * from final
