with

measured as (

    {{ measured(
        ref('booked_costs'),
        date='expense_date',
        attributes=['region'],
        counts=['costs', 'selling_costs', 'valued_costs'],
        amounts=['selling_cost', 'selling_and_marketing_cost'],
    ) }}

),

-- Costs whose amounts are all unknown are not nothing; nothing of them is known.
final as (

    select
        *,
        case when valued_costs > 0 then selling_cost when costs = 0 then 0 end as cost_of_sales,
        case when valued_costs > 0 then selling_and_marketing_cost when costs = 0 then 0 end
            as cost_of_sales_and_marketing

    from measured

)

select * from final
