with

measured as (

    {{ measured(
        ref('opened_deals'),
        date='created_date',
        attributes=deal_slices(),
        members=['product', 'product_family'],
        counts=[
            'created_deals', 'won_deals', 'open_deals', 'decided_deals', 'decided_won_deals'
        ],
    ) }}

),

final as (

    select
        *,
        won_deals / cast(nullif(created_deals, 0) as double) as close_rate,
        decided_won_deals / cast(nullif(decided_deals, 0) as double) as decided_close_rate,
        open_deals / cast(nullif(created_deals, 0) as double) as open_share

    from measured

)

select * from final
