with

measured as (

    {{ measured(
        ref('booked_meetings'),
        date='created_date',
        attributes=['rep', 'region', 'segment', 'lead_source', 'pipeline', 'campaign'],
        counts=['meetings_booked'],
    ) }}

)

select * from measured
