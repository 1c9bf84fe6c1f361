with

employment_history as (

    select * from {{ ref('stg_crm__employment_history') }}

    where reject_reason is null

),

ordered as (

    select
        *,
        lead(valid_from) over (partition by user_id order by valid_from) as next_valid_from

    from employment_history

),

-- Nobody is without a job for one day: the end is the last day where the next job begins after it.
final as (

    select
        user_id,
        role,
        department,
        fte,
        is_quota_carrying,
        is_on_leave,
        valid_from,
        case when valid_to + 1 = next_valid_from then next_valid_from else valid_to end as valid_to

    from ordered

)

select * from final
