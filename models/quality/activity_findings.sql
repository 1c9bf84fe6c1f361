with

states as (

    select * from {{ ref('crm_activity_states') }}

),

repeats as (

    select * from {{ ref('crm_activity_repeats') }}

),

checks as (

    select * from (
        values
        ('activity_logged_twice', cast(null as string)),
        ('responded_before_received', 'responded_at'),
        ('meeting_outcome_missing', 'status'),
        ('call_outcome_missing', 'outcome')
    ) as listed (finding, column_name)

),

checked as (

    select
        states.*,
        repeats.activity_id is not null as is_repeat,
        coalesce(states.status in ('planned', 'scheduled'), true) as is_outcome_missing,
        checks.finding,
        checks.column_name

    from states

    left join repeats
        on states.activity_id = repeats.activity_id

    cross join checks

),

final as (

    select
        finding,
        'activities' as table_name,
        column_name,
        activity_id as record_id,
        cast(null as decimal(18, 4)) as amount_at_stake

    from checked

    where case finding
        when 'activity_logged_twice' then is_repeat
        when 'responded_before_received' then responded_at < received_at
        when 'meeting_outcome_missing'
            then activity_type = 'meeting' and scheduled_start < as_of and is_outcome_missing
        when 'call_outcome_missing'
            then activity_type = 'call' and completed_at is not null and outcome is null
    end

)

select * from final
