with

-- Before there is revenue nobody asks what it is per head.
headcounts as (

    select headcounts.*

    from {{ ref('period_headcounts') }} as headcounts

    inner join {{ ref('dim_input_coverage') }} as coverage
        on
            coverage.table_name = 'revenue_events'
            and headcounts.period_end > coverage.covered_from

),

earned as (

    select * from {{ ref('earned_by_sellers') }}

),

-- Every slice with people or money, and those where both are none.
slices as (

    select period_grain, period_start, dimension, dimension_id from headcounts

    union

    select period_grain, period_start, dimension, dimension_id from earned

    union

    select period_grain, period_start, dimension, dimension_id

    from {{ ref('dim_member_periods') }}

    where dimension in ('total', 'team', 'region') and period_grain not in ('day', 'week')

),

joined as (

    select
        slices.period_grain,
        slices.period_start,
        slices.dimension,
        slices.dimension_id,
        coalesce(headcounts.employees, 0) as employees,
        coalesce(headcounts.sales_employees, 0) as sales_employees,
        coalesce(headcounts.sellers, 0) as sellers,
        headcounts.fte,
        headcounts.sales_fte,
        headcounts.seller_fte,
        -- Nothing earned is 0, and what nobody knows the worth of is not.
        case when coalesce(earned.revenue_events, 0) = 0 then 0 else earned.earned end as earned

    from slices

    left join headcounts
        on
            slices.period_grain = headcounts.period_grain
            and slices.period_start = headcounts.period_start
            and slices.dimension = headcounts.dimension
            and slices.dimension_id = headcounts.dimension_id

    left join earned
        on
            slices.period_grain = earned.period_grain
            and slices.period_start = earned.period_start
            and slices.dimension = earned.dimension
            and slices.dimension_id = earned.dimension_id

),

final as (

    select
        *,
        cast(earned as double) / nullif(seller_fte, 0) as revenue_per_salesperson,
        cast(earned as double) / nullif(sales_fte, 0) as revenue_per_employee,
        cast(earned as double) / nullif(fte, 0) as revenue_per_employee_of_the_company

    from joined

)

select * from final
