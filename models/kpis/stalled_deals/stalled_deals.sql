with

health as (

    select * from {{ ref('fct_pipeline_health') }}

    where amount_corporate is not null

),

final as (

    select
        opportunity_id,
        owner_id,
        team_id,
        region_id,
        segment_id,
        pipeline_id,
        snapshot_date,
        measured_date,
        1 as valued_deals,
        amount_corporate as open_amount,
        case when is_stalled then amount_corporate else 0 end as stalled_amount,
        case when is_idle then amount_corporate else 0 end as idle_amount,
        case when is_slow then amount_corporate else 0 end as slow_amount,
        case when is_overdue then amount_corporate else 0 end as overdue_amount

    from health

)

select * from final
