with

measured as (

    {{ measured(
        ref('created_pipeline'),
        date='entered_date',
        attributes=deal_slices() + ['campaign'],
        members=['product', 'product_family', 'custom_field'],
        counts=[
            'created_deals', 'qualified_deals', 'valued_created_deals', 'valued_qualified_deals'
        ],
        amounts=['created_amount', 'qualified_amount'],
        is_by_period=true,
    ) }}

),

-- Deals that are all of unknown worth are worth an unknown sum; no deals are worth nothing.
final as (

    select
        *,
        case
            when created_deals = 0 then cast(0 as decimal(38, 4))
            when valued_created_deals > 0 then created_amount
        end as pipeline_created,
        case
            when qualified_deals = 0 then cast(0 as decimal(38, 4))
            when valued_qualified_deals > 0 then qualified_amount
        end as qualified_pipeline_created

    from measured

)

select * from final
