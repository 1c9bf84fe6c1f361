-- A row for every change of stage, amount or close date, with all of them as they stood then.
with

changes as (

    select
        opportunity_id,
        cast(entered_at as timestamp) as changed_at,
        entered_by as changed_by,
        row_number as place,
        stage,
        cast(null as varchar) as amount,
        cast(null as varchar) as close_date

    from numbered_opportunity_stage_history
    union all
    select
        opportunity_id,
        cast(changed_at as timestamp) as changed_at,
        changed_by,
        row_number as place,
        cast(null as varchar) as stage,
        case when field_name = 'amount' then new_value end as amount,
        case when field_name = 'expected_close_date' then new_value end as close_date

    from numbered_opportunity_field_history
    where field_name in ('amount', 'expected_close_date')

),

known as (

    select
        changes.*,
        row_number() over (order by changes.changed_at, changes.place) as version,
        last_value(changes.stage ignore nulls) over until_then as stage_then,
        last_value(changes.amount ignore nulls) over until_then as amount_then,
        last_value(changes.close_date ignore nulls) over until_then as close_date_then

    from changes
    window until_then as (
        partition by changes.opportunity_id order by changes.changed_at, changes.place
        rows between unbounded preceding and current row
    )

)

select
    key_of('008', cast(known.version as varchar)) as "Id",
    known.opportunity_id as "OpportunityId",
    known.stage_then as "StageName",
    cast(coalesce(known.amount_then, opportunities.amount) as decimal(18, 2)) as "Amount",
    cast(coalesce(known.close_date_then, opportunities.expected_close_date) as date)
        as "CloseDate",
    known.changed_at as "CreatedDate",
    known.changed_by as "CreatedById",
    false as "IsDeleted"

from known
inner join opportunities using (opportunity_id)
where known.stage_then is not null
