select
    opportunity_id as deal_id,
    stage as value,
    cast(entered_at as timestamp) as date_entered,
    'CRM_UI' as source,
    cast(entered_at as timestamp) as _fivetran_start,
    coalesce(
        lead(cast(entered_at as timestamp)) over (partition by opportunity_id order by entered_at),
        timestamp '9999-12-31 23:59:59'
    ) as _fivetran_end,
    lead(entered_at) over (partition by opportunity_id order by entered_at) is null
        as _fivetran_active

from opportunity_stage_history
