-- How a deal came into the pipeline of a period and how it left it: the whole open pipeline, and
-- what is due in the period alone.
with

ends as (

    select * from {{ ref('fct_pipeline_ends') }}

),

scopes as (

    select scope from (values ('open'), ('due')) as scopes (scope)

),

-- An overdue deal is still due in the period in which it was expected.
scoped as (

    select
        scopes.scope,
        ends.*,
        ends.was_open
        and coalesce(
            scopes.scope = 'open'
            or (
                ends.opening_close_date >= ends.period_start
                and ends.opening_close_date < ends.period_end
            ),
            false
        ) as was_in,
        ends.is_open
        and coalesce(
            scopes.scope = 'open'
            or (
                ends.closing_close_date >= ends.period_start
                and ends.closing_close_date < ends.period_end
            ),
            false
        ) as is_in

    from scopes

    cross join ends

),

-- What closed without having been in it at either end passed through it.
passed as (

    select
        *,
        not was_in
        and is_known
        and not is_open
        and (not was_known or was_open or was_ever_open) as is_passing

    from scoped

),

final as (

    select
        *,
        case
            when was_in or not (is_in or is_passing) then null
            when not was_known then 'created'
            when was_open then 'pulled_in'
            else 'reopened'
        end as entry,
        case
            when is_in or not (was_in or is_passing) then null
            when not is_known then 'deleted'
            when is_won then 'won'
            when not is_open then 'lost'
            else 'pushed_out'
        end as exit

    from passed

    where was_in or is_in or is_passing

)

select * from final
