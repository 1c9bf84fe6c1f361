with

measured as (

    {{ measured(
        ref('meetings'),
        date='scheduled_date',
        attributes=['rep', 'region', 'segment', 'lead_source', 'pipeline', 'campaign'],
        counts=[
            'meetings_scheduled', 'meetings_completed', 'shown_or_missed_meetings', 'known_meetings',
            'demos_conducted', 'follow_up_meetings', 'first_meetings', 'followed_up_meetings',
        ],
    ) }}

),

final as (

    select
        *,
        meetings_completed / cast(nullif(meetings_scheduled, 0) as double)
            as meeting_completion_rate,
        meetings_completed / cast(nullif(shown_or_missed_meetings, 0) as double)
            as show_rate,
        meetings_completed / cast(nullif(known_meetings, 0) as double)
            as known_completion_rate,
        followed_up_meetings / cast(nullif(first_meetings, 0) as double)
            as follow_up_rate

    from measured

)

select * from final
