with

snapshots as (

    select * from {{ ref('fct_pipeline_snapshots') }}

),

final as (

    select
        opportunity_id,
        owner_id,
        team_id,
        region_id,
        segment_id,
        lead_source_id,
        pipeline_id,
        opportunity_type,
        snapshot_date,
        measured_date,
        1 as open_deals,
        case when amount_corporate is null then 0 else 1 end as valued_deals,
        case when amount_corporate is null or win_probability is null then 0 else 1 end
            as weighted_deals,
        case when amount_corporate is null or crm_probability is null then 0 else 1 end
            as crm_weighted_deals,
        case
            when amount_corporate is not null and expected_close_date < measured_date then 1 else 0
        end as overdue_deals,
        amount_corporate as open_amount,
        case when expected_close_date < measured_date then amount_corporate else 0 end
            as overdue_amount,
        {{ round_to_decimal('amount_corporate * win_probability') }} as weighted_amount,
        {{ round_to_decimal('amount_corporate * crm_probability') }} as crm_weighted_amount

    from snapshots

)

select * from final
