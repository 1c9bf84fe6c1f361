with

accounts as (

    select
        *,
        1 as accounts_in_scope,
        case when is_engaged then 1 else 0 end as engaged_accounts

    from {{ ref('fct_account_engagement') }}

),

settings as (

    select * from {{ ref('dim_settings') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

    where is_started and period_grain not in ('day', 'week')

),

by_date as (

    {{ sliced(
        rows='accounts',
        keys=['measured_date'],
        team_date='measured_date',
        attributes=['rep', 'region', 'segment', 'lead_source'],
        counts=['accounts_in_scope', 'engaged_accounts'],
    ) }}

),

final as (

    select
        periods.period_grain,
        periods.period_start,
        by_date.dimension,
        by_date.dimension_id,
        by_date.measured_date - settings.engagement_days as window_start,
        by_date.accounts_in_scope,
        by_date.engaged_accounts,
        by_date.engaged_accounts / cast(nullif(by_date.accounts_in_scope, 0) as double)
            as client_engagement_rate

    from periods

    cross join settings

    inner join by_date
        on periods.measured_date = by_date.measured_date

)

select * from final
