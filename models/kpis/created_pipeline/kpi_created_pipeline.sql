{%- set attributes = deal_slices() + ['campaign'] -%}
{%- set members = ['product', 'product_family'] -%}
{%- set counts = [
    'created_deals', 'qualified_deals', 'valued_created_deals', 'valued_qualified_deals'
] -%}
{%- set amounts = ['created_amount', 'qualified_amount'] -%}

with

-- A deal is worth another sum in each of its periods, so nothing is summed by day first.
sliced as (

    {{ sliced(
        ref('created_pipeline'),
        'entered_date',
        attributes,
        counts,
        amounts,
        members=members,
    ) }}

),

with_idle_members as (

    select * from sliced

    where {{ is_kept_at_grain('period_grain', 'dimension') }}

    union all

    {{ idle_members(attributes + members, counts + amounts, {}) }}

),

summed as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        cast(sum(created_deals) as bigint) as created_deals,
        cast(sum(qualified_deals) as bigint) as qualified_deals,
        cast(sum(valued_created_deals) as bigint) as valued_created_deals,
        cast(sum(valued_qualified_deals) as bigint) as valued_qualified_deals,
        cast(sum(created_amount) as decimal(38, 4)) as created_amount,
        cast(sum(qualified_amount) as decimal(38, 4)) as qualified_amount

    from with_idle_members

    group by period_grain, period_start, dimension, dimension_id

),

-- Deals that are all of unknown worth are worth an unknown sum; no deals are worth nothing.
final as (

    select
        *,
        case when created_deals = 0 or valued_created_deals > 0 then created_amount end
            as pipeline_created,
        case when qualified_deals = 0 or valued_qualified_deals > 0 then qualified_amount end
            as qualified_pipeline_created

    from summed

)

select * from final
