with

measured as (

    {{ measured(
        ref('stage_visits'),
        date='exited_date',
        attributes=['rep', 'region', 'segment', 'lead_source', 'pipeline'],
        members=['product', 'product_family'],
        counts=['left_deals', 'stay_seconds', 'ended_visits', 'visit_seconds'],
        parts=['stage_name'],
        medians={'median_stay_days': 'stay_days'},
    ) }}

),

timed as (

    select
        *,
        stay_seconds / cast(86400 as double) as stay_days,
        visit_seconds / cast(86400 as double) as visit_days

    from measured

),

final as (

    select
        *,
        stay_days / cast(nullif(left_deals, 0) as double) as time_in_stage,
        visit_days / cast(nullif(ended_visits, 0) as double) as time_per_visit

    from timed

)

select * from final
