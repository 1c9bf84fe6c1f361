with

months as (

    select
        *,
        min(period_start) over (partition by fiscal_year) as year_start

    from {{ ref('dim_periods') }}

    where is_started and period_grain = 'month'

),

final as (

    select
        months.period_grain,
        months.period_start,
        so_far.period_start as month_start,
        so_far.prior_year_period_start as year_earlier_start

    from months

    inner join months as so_far
        on months.year_start = so_far.year_start and months.period_start >= so_far.period_start

)

select * from final
