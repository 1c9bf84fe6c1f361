with

measured as (

    {{ measured(
        ref('call_events'),
        date='event_date',
        attributes=['rep', 'region', 'segment', 'lead_source', 'pipeline', 'campaign'],
        counts=[
            'calls_made', 'connected_calls', 'converted_deals', 'called_prospects',
            'converted_prospects', 'waiting_prospects',
        ],
    ) }}

),

final as (

    select
        *,
        connected_calls / cast(nullif(calls_made, 0) as double) as call_connect_rate,
        converted_deals / cast(nullif(calls_made, 0) as double) as call_to_conversion_rate,
        converted_prospects / cast(nullif(called_prospects, 0) as double)
            as prospect_conversion_rate,
        calls_made + converted_deals as conversion_records,
        waiting_prospects / cast(nullif(called_prospects, 0) as double) as waiting_share

    from measured

)

select * from final
