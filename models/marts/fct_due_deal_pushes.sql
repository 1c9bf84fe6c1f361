with

due_deals as (

    select * from {{ ref('fct_due_deals') }}

),

pushes as (

    select * from {{ ref('fct_close_date_pushes') }}

),

final as (

    select
        due_deals.period_grain,
        due_deals.period_start,
        due_deals.opportunity_id,
        count(*) as push_count,
        count(
            case when pushes.pushed_date >= due_deals.period_end - 7 then 1 end
        ) as late_push_count

    from due_deals

    inner join pushes
        on
            due_deals.opportunity_id = pushes.opportunity_id
            and due_deals.period_end > pushes.pushed_date

    group by due_deals.period_grain, due_deals.period_start, due_deals.opportunity_id

)

select * from final
