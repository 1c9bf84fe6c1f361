with

final as (

    {{ measured(
        ref('booked_costs'),
        date='expense_date',
        attributes=['region'],
        counts=['costs', 'selling_costs'],
        amounts=['selling_cost', 'selling_and_marketing_cost'],
    ) }}

)

select * from final
