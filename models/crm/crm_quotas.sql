with

quotas as (

    select * from {{ ref('stg_crm__quotas') }}

    where reject_reason is null

),

final as (

    select
        user_id,
        team_id,
        product_family_id,
        region_id,
        segment_id,
        pipeline_id,
        measure,
        currency,
        amount,
        is_ramp,
        period_start,
        period_end,
        valid_from,
        valid_to,
        updated_at

    from quotas

)

select * from final
