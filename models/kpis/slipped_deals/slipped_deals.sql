with

due_deals as (

    select * from {{ ref('fct_due_deals') }}

    where is_judged

),

final as (

    select
        period_grain,
        period_start,
        opportunity_id,
        owner_id,
        team_id,
        region_id,
        segment_id,
        pipeline_id,
        1 as due_deals,
        case when amount_corporate is null then 0 else 1 end as valued_deals,
        case when outcome in ('slipped_pushed', 'slipped_overdue') then 1 else 0 end
            as slipped_deals,
        amount_corporate as due_amount,
        case
            when outcome in ('slipped_pushed', 'slipped_overdue') then amount_corporate else 0
        end as slipped_amount,
        case when outcome = 'slipped_pushed' then amount_corporate else 0 end as pushed_amount

    from due_deals

)

select * from final
