with

due_deals as (

    select * from {{ ref('scoped_due_deals') }}

),

quota_periods as (

    select * from {{ ref('fct_quota_periods') }}

    where quota_level = 'rep'

),

-- A quota is covered by what is due on its own days.
final as (

    select
        due_deals.period_grain,
        due_deals.period_start,
        due_deals.owner_id as user_id,
        due_deals.dimension,
        due_deals.dimension_id,
        count(*) filter (where due_deals.is_opening) as opening_deals,
        count(*) filter (where due_deals.is_now) as open_now_deals,
        cast(sum(due_deals.amount_plan) filter (where due_deals.is_opening) as decimal(38, 4))
            as opening_plan,
        cast(sum(due_deals.amount_plan) filter (where due_deals.is_now) as decimal(38, 4))
            as open_now_plan

    from due_deals

    inner join quota_periods
        on
            due_deals.period_grain = quota_periods.period_grain
            and due_deals.period_start = quota_periods.period_start
            and due_deals.owner_id = quota_periods.user_id
            and due_deals.dimension = quota_periods.dimension
            and due_deals.dimension_id = quota_periods.dimension_id
            and due_deals.expected_close_date >= quota_periods.quota_start
            and due_deals.expected_close_date < quota_periods.quota_end

    group by 1, 2, 3, 4, 5

)

select * from final
