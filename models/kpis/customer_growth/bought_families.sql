with

periods as (

    select * from {{ ref('dim_periods') }}

    where is_complete and period_grain not in ('day', 'week')

),

states as (

    select distinct state_date, account_id, product_family_id from {{ ref('fct_customer_states') }}

),

sold_lines as (

    select * from {{ ref('fct_sold_lines') }}

    where opportunity_type not in ('renewal', 'contraction', 'credit')

),

deals as (

    select * from {{ ref('fct_opportunities') }}

),

bought as (

    select distinct
        periods.period_grain,
        periods.period_start,
        deals.account_id,
        sold_lines.product_family_id

    from sold_lines

    inner join deals
        on sold_lines.opportunity_id = deals.opportunity_id

    inner join periods
        on
            sold_lines.closed_date >= periods.period_start
            and sold_lines.closed_date < periods.period_end

),

-- A family that was lost and is bought again within a year comes back; it is nothing new.
final as (

    select
        bought.period_grain,
        bought.period_start,
        bought.account_id,
        bought.product_family_id,
        max(case when states.state_date = bought.period_start then 1 else 0 end) as is_owned,
        case when count(states.state_date) = 0 then 1 else 0 end as is_new

    from bought

    left join states
        on
            bought.account_id = states.account_id
            and bought.product_family_id = states.product_family_id
            and bought.period_start >= states.state_date
            and cast({{ dbt.dateadd('month', -12, 'bought.period_start') }} as date)
            <= states.state_date

    group by
        bought.period_grain, bought.period_start, bought.account_id, bought.product_family_id

)

select * from final
