with

balances as (

    select * from {{ ref('kpi_pipeline_balances') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

    where is_started

),

idle as (

    select * from {{ ref('dim_member_periods') }}

    where dimension <> 'campaign'

),

-- A balance is taken at the end of its period, or at as_of while it runs; it is never summed.
measured as (

    select
        periods.period_grain,
        periods.period_start,
        balances.dimension,
        balances.dimension_id,
        balances.open_deals,
        balances.valued_deals,
        balances.weighted_deals,
        balances.crm_weighted_deals,
        balances.overdue_deals,
        balances.open_amount,
        balances.overdue_amount,
        balances.weighted_amount,
        balances.crm_weighted_amount

    from balances

    inner join periods
        on
            balances.snapshot_date = periods.snapshot_date
            and balances.balance_grain
            = case when periods.period_grain in ('day', 'week') then 'day' else 'month' end

    where {{ is_kept_at_grain('periods.period_grain', 'balances.dimension') }}

),

final as (

    select
        coalesce(measured.period_grain, idle.period_grain) as period_grain,
        coalesce(measured.period_start, idle.period_start) as period_start,
        coalesce(measured.dimension, idle.dimension) as dimension,
        coalesce(measured.dimension_id, idle.dimension_id) as dimension_id,
        coalesce(measured.open_deals, 0) as open_deals,
        coalesce(measured.valued_deals, 0) as valued_deals,
        coalesce(measured.weighted_deals, 0) as weighted_deals,
        coalesce(measured.crm_weighted_deals, 0) as crm_weighted_deals,
        coalesce(measured.overdue_deals, 0) as overdue_deals,
        -- No open deal is worth 0; open deals without any known amount are worth nobody knows what.
        case
            when measured.open_deals is null then 0
            when measured.valued_deals > 0 then measured.open_amount
        end as pipeline_value,
        coalesce(measured.overdue_amount, 0) as overdue_pipeline_value,
        case
            when measured.open_deals is null then 0
            when measured.weighted_deals > 0 then measured.weighted_amount
        end as weighted_pipeline_value,
        case
            when measured.open_deals is null then 0
            when measured.crm_weighted_deals > 0 then measured.crm_weighted_amount
        end as crm_weighted_pipeline_value

    from measured

    full outer join idle
        on
            measured.period_grain = idle.period_grain
            and measured.period_start = idle.period_start
            and measured.dimension = idle.dimension
            and measured.dimension_id = idle.dimension_id

)

select * from final
