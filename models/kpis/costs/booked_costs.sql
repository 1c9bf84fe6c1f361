with

expenses as (

    select * from {{ ref('fct_expenses') }}

    where is_selling_cost or is_marketing_cost

),

final as (

    select
        expense_id,
        team_id,
        region_id,
        expense_date,
        1 as costs,
        case when is_selling_cost then 1 else 0 end as selling_costs,
        case when amount_corporate is null then 0 else 1 end as valued_costs,
        case
            when is_selling_cost then amount_corporate
            when amount_corporate is not null then 0
        end as selling_cost,
        amount_corporate as selling_and_marketing_cost

    from expenses

)

select * from final
