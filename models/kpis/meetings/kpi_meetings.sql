with

measured as (

    {{ measured(
        ref('meetings'),
        date='scheduled_date',
        attributes=['rep', 'region', 'segment', 'lead_source', 'pipeline', 'campaign'],
        counts=[
            'meetings_scheduled', 'due_meetings', 'meetings_completed', 'shown_or_missed_meetings',
            'known_meetings', 'demos_conducted', 'follow_up_meetings', 'first_meetings',
            'followed_up_meetings',
        ],
    ) }}

),

periods as (

    select * from {{ ref('dim_periods') }}

    where is_started

),

-- What stands in the calendar beyond the running periods is no number of theirs.
final as (

    select
        measured.*,
        measured.meetings_completed / cast(nullif(measured.due_meetings, 0) as double)
            as meeting_completion_rate,
        measured.meetings_completed / cast(nullif(measured.shown_or_missed_meetings, 0) as double)
            as show_rate,
        measured.meetings_completed / cast(nullif(measured.known_meetings, 0) as double)
            as known_completion_rate,
        measured.followed_up_meetings / cast(nullif(measured.first_meetings, 0) as double)
            as follow_up_rate

    from measured

    inner join periods
        on
            measured.period_grain = periods.period_grain
            and measured.period_start = periods.period_start

)

select * from final
