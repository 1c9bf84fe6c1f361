{%- set scored = [
    'quota_attainment', 'bookings', 'rep_productivity', 'win_rate', 'average_deal_size',
    'sales_cycle_length__median', 'pipeline_created', 'pipeline_coverage__day1',
    'pipeline_velocity', 'slip_rate', 'forecast_bias', 'average_discount_pct',
    'activities_per_rep_day', 'meeting_completion_rate', 'email_response_time', 'csat',
] %}
with

kpi_values as (

    select * from {{ ref('kpi_values') }}

    where
        period_grain = 'quarter'
        and dimension = 'rep'
        and part = 'all'
        and kpi_id in (
            {%- for kpi_id in scored %}
            '{{ kpi_id }}'{{ ',' if not loop.last }}
            {%- endfor %}
        )

),

-- What one seller attains, and in three months, is a sample of the deals behind it.
decisions as (

    select period_start, dimension_id, is_small_sample from kpi_values
    where kpi_id = 'win_rate'

),

catalog as (

    select * from {{ ref('kpi_catalog') }}

),

sellers as (

    select * from {{ ref('sellers_of_quarters') }}

),

final as (

    select
        kpi_values.period_start as quarter_start,
        kpi_values.is_complete,
        sellers.user_id,
        sellers.team_id,
        sellers.tenure_months,
        kpi_values.kpi_id,
        catalog.direction,
        kpi_values.value,
        kpi_values.sample_size,
        kpi_values.ci_low,
        kpi_values.ci_high,
        kpi_values.prior_value,
        kpi_values.value - kpi_values.prior_value as change_of_value,
        case catalog.direction
            when 'higher' then kpi_values.value
            when 'lower' then -kpi_values.value
        end as goodness,
        sellers.team_id <> '-1'
        and case
            when kpi_values.kpi_id in ('quota_attainment', 'rep_productivity')
                then not coalesce(decisions.is_small_sample, true)
            else not kpi_values.is_small_sample
        end as is_comparable

    from kpi_values

    inner join catalog
        on kpi_values.kpi_id = catalog.kpi_id

    inner join sellers
        on
            kpi_values.period_start = sellers.quarter_start
            and kpi_values.dimension_id = sellers.user_id

    left join decisions
        on
            kpi_values.period_start = decisions.period_start
            and kpi_values.dimension_id = decisions.dimension_id

)

select * from final
