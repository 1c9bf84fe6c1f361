-- Of what customers paid at the start of a window, gross retention is what neither leavers nor
-- contraction took, and net retention is that and the expansion of those who stayed, by customer
-- and in every slice but the teams, whose tree another law walks.
with

windows as (

    select * from {{ ref('fct_customer_windows') }}

    where is_paying

),

window_ends as (

    select * from {{ ref('fct_customer_window_ends') }}

    where is_paying

),

periods as (

    select * from {{ ref('dim_periods') }}

),

retention as (

    select * from {{ ref('kpi_retention') }}

    where dimension <> 'team'

),

sliced as (

    select window_months, window_end, dimension, dimension_id, start_mrr_plan, end_mrr_plan
    from window_ends

    union all

    select window_months, window_end, 'rep', owner_id, start_mrr_plan, end_mrr_plan
    from windows

    union all

    select window_months, window_end, 'region', region_id, start_mrr_plan, end_mrr_plan
    from windows

    union all

    select window_months, window_end, 'segment', segment_id, start_mrr_plan, end_mrr_plan
    from windows

    union all

    select window_months, window_end, 'lead_source', lead_source_id, start_mrr_plan, end_mrr_plan
    from windows

    union all

    select window_months, window_end, 'cohort', cohort_id, start_mrr_plan, end_mrr_plan
    from windows

),

moved as (

    select
        window_months,
        window_end,
        dimension,
        dimension_id,
        cast(sum(start_mrr_plan) as double) as start_mrr,
        cast(sum(greatest(start_mrr_plan - end_mrr_plan, 0)) as double) as shrunk_mrr,
        cast(sum(greatest(end_mrr_plan - start_mrr_plan, 0)) as double) as expanded_mrr

    from sliced

    group by window_months, window_end, dimension, dimension_id

),

rates as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        12 as window_months,
        nrr,
        grr

    from retention

    union all

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        1 as window_months,
        monthly_nrr,
        monthly_grr

    from retention

    where period_grain = 'month'

)

select
    rates.*,
    moved.start_mrr,
    moved.shrunk_mrr,
    moved.expanded_mrr

from rates

inner join periods
    on rates.period_grain = periods.period_grain and rates.period_start = periods.period_start

left join moved
    on
        rates.window_months = moved.window_months
        and periods.measured_date = moved.window_end
        and rates.dimension = moved.dimension
        and rates.dimension_id = moved.dimension_id

where
    (rates.nrr is null) <> (coalesce(moved.start_mrr, 0) = 0)
    or abs(rates.grr - (1 - moved.shrunk_mrr / moved.start_mrr)) > 1e-9
    or abs(rates.nrr - rates.grr - moved.expanded_mrr / moved.start_mrr) > 1e-9
