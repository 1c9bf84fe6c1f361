with

measured as (

    {{ measured(
        ref('stage_entries'),
        date='entered_date',
        attributes=['rep', 'region', 'segment', 'lead_source', 'pipeline'],
        members=['product', 'product_family'],
        counts=['entered_deals', 'passed_deals', 'resolved_deals'],
        parts=['stage_name'],
    ) }}

),

final as (

    select
        *,
        passed_deals / cast(nullif(entered_deals, 0) as double) as stage_conversion_rate,
        passed_deals / cast(nullif(resolved_deals, 0) as double) as resolved_conversion_rate,
        (entered_deals - resolved_deals) / cast(nullif(entered_deals, 0) as double) as open_share

    from measured

)

select * from final
