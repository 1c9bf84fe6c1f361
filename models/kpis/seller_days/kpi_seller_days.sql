with

measured as (

    {{ measured(
        ref('seller_days'),
        date='work_date',
        attributes=['rep', 'region'],
        counts=[
            'rep_days', 'logged_days', 'completed_activities', 'timed_activities',
            'selling_seconds', 'logged_seconds',
        ],
    ) }}

),

final as (

    select
        *,
        completed_activities / cast(nullif(rep_days, 0) as double) as activities_per_rep_day,
        selling_seconds / cast(nullif(logged_seconds, 0) as double) as selling_time_share,
        logged_days / cast(nullif(rep_days, 0) as double) as crm_adoption_rate

    from measured

)

select * from final
