with

line_shares as (

    select * from {{ ref('crm_opportunity_line_shares') }}

),

products as (

    select * from {{ ref('crm_products') }}

),

ranked as (

    select
        opportunity_id,
        product_id,
        amount,
        amount_share,
        row_number() over (
            partition by opportunity_id order by amount_share desc, product_id asc
        ) as product_rank,
        cast(1 - sum(amount_share) over (partition by opportunity_id) as decimal(18, 8))
            as remainder,
        count(*) over (partition by opportunity_id) as product_count

    from line_shares

),

-- A remainder within a cent, or within what shares of eight decimals round away, goes to the
-- largest product; a larger one is Unallocated.
judged as (

    select
        opportunity_id,
        product_id,
        amount_share,
        remainder,
        product_rank = 1 as is_largest,
        abs(cast(amount as double) * remainder) <= 0.01
        or abs(cast(remainder as double)) <= 0.000000005 * product_count as is_rounding

    from ranked

),

shares as (

    select
        opportunity_id,
        product_id,
        cast(
            amount_share + case when is_largest and is_rounding then remainder else 0 end
            as decimal(18, 8)
        ) as amount_share

    from judged

    union all

    select
        opportunity_id,
        'unallocated' as product_id,
        remainder as amount_share

    from judged

    where is_largest and not is_rounding

),

final as (

    select
        shares.opportunity_id,
        shares.product_id,
        case
            when shares.product_id = 'unallocated' then 'unallocated'
            else coalesce(products.product_family_id, '-1')
        end as product_family_id,
        shares.amount_share

    from shares

    left join products
        on shares.product_id = products.product_id

)

select * from final
