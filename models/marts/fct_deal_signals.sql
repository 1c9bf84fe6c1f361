with

deals as (

    select * from {{ ref('fct_pipeline_snapshots') }}

),

pushes as (

    select * from {{ ref('fct_close_date_pushes') }}

),

meetings as (

    select * from {{ ref('fct_activities') }}

    where is_meeting and opportunity_id is not null

),

push_counts as (

    select
        deals.snapshot_date,
        deals.opportunity_id,
        count(*) as push_count

    from deals

    inner join pushes
        on
            deals.opportunity_id = pushes.opportunity_id
            and deals.snapshot_date > pushes.pushed_date

    group by deals.snapshot_date, deals.opportunity_id

),

meeting_counts as (

    select
        deals.snapshot_date,
        deals.opportunity_id,
        count(*) as meetings_ahead

    from deals

    inner join meetings
        on
            deals.opportunity_id = meetings.opportunity_id
            and deals.snapshot_date > meetings.created_date
            and deals.snapshot_date <= meetings.scheduled_date

    group by deals.snapshot_date, deals.opportunity_id

),

final as (

    select
        deals.snapshot_date,
        deals.opportunity_id,
        coalesce(push_counts.push_count, 0) as push_count,
        coalesce(meeting_counts.meetings_ahead, 0) as meetings_ahead

    from deals

    left join push_counts
        on
            deals.snapshot_date = push_counts.snapshot_date
            and deals.opportunity_id = push_counts.opportunity_id

    left join meeting_counts
        on
            deals.snapshot_date = meeting_counts.snapshot_date
            and deals.opportunity_id = meeting_counts.opportunity_id

)

select * from final
