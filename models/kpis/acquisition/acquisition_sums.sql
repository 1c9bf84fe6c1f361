with

measured as (

    {{ measured(
        ref('acquisition_records'),
        date='record_date',
        attributes=['region', 'segment', 'lead_source', 'campaign'],
        counts=['costs', 'new_customers', 'reached_customers', 'paid_customers'],
        amounts=['cost_amount', 'media_amount', 'spend_amount'],
    ) }}

)

select * from measured
