-- The median of a Kaplan-Meier curve: until when half are answered, where whoever still waits has
-- waited at least so long.
with

received_emails as (

    select * from {{ ref('received_emails') }}

),

period_dates as (

    select * from {{ ref('dim_period_dates') }}

    where period_grain not in ('day', 'week')

),

emails_by_period as (

    select
        received_emails.*,
        period_dates.period_grain,
        period_dates.period_start

    from received_emails

    inner join period_dates
        on received_emails.received_date = period_dates.date_day

),

by_wait as (

    {{ sliced(
        'emails_by_period',
        team_date='received_date',
        attributes=['rep', 'region', 'segment', 'lead_source'],
        counts=['received_emails', 'answered_emails'],
        keys=['period_grain', 'period_start', 'waited_seconds'],
    ) }}

),

at_risk as (

    select
        *,
        sum(received_emails) over (
            partition by period_grain, period_start, dimension, dimension_id
            order by waited_seconds desc
        ) as waiting_emails

    from by_wait

),

-- When the last who waits is answered nobody is left, and no logarithm says so.
survival as (

    select
        *,
        sum(
            case
                when answered_emails < waiting_emails
                    then ln((waiting_emails - answered_emails) / cast(waiting_emails as double))
            end
        ) over (
            partition by period_grain, period_start, dimension, dimension_id
            order by waited_seconds
        ) as log_share,
        case when answered_emails = waiting_emails then 1 else 0 end as is_last_answered

    from at_risk

),

final as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        min(waited_seconds) / cast(3600 as double) as km_median_hours

    from survival

    where is_last_answered = 1 or exp(log_share) <= 0.5 + 1e-9

    group by period_grain, period_start, dimension, dimension_id

)

select * from final
