-- Every property has its first value when the deal is made. HubSpot itself sets the close date of a
-- deal to the instant at which it closes.
with

tracked as (

    select
        opportunity_id,
        created_at,
        owner_id as made_by,
        unnest(['amount', 'expected_close_date', 'owner_id', 'currency']) as field_name,
        unnest([amount, expected_close_date, owner_id, currency]) as present_value

    from opportunities

),

first_changes as (

    select
        opportunity_id,
        field_name,
        arg_min({'before': old_value}, row_number) as first_change

    from numbered_opportunity_field_history
    group by opportunity_id, field_name

),

log as (

    select
        tracked.opportunity_id,
        tracked.field_name,
        case
            when first_changes.opportunity_id is not null then first_changes.first_change.before
            else tracked.present_value
        end as new_value,
        tracked.created_at as changed_at,
        tracked.made_by as changed_by

    from tracked
    left join first_changes
        on
            tracked.opportunity_id = first_changes.opportunity_id
            and tracked.field_name = first_changes.field_name
    union all
    select
        opportunity_id,
        field_name,
        new_value,
        changed_at,
        changed_by

    from opportunity_field_history
    union all
    select
        history.opportunity_id,
        'expected_close_date' as field_name,
        history.entered_at as new_value,
        history.entered_at as changed_at,
        history.entered_by as changed_by

    from opportunity_stage_history as history
    inner join stages on history.stage = stages.stage
    where stages.is_closed
    union all
    select
        opportunity_id,
        'dealstage' as field_name,
        stage as new_value,
        entered_at as changed_at,
        entered_by as changed_by

    from opportunity_stage_history

)

select
    opportunity_id as "dealId",
    case field_name
        when 'expected_close_date' then 'closedate'
        when 'owner_id' then 'hubspot_owner_id'
        when 'currency' then 'deal_currency_code'
        else field_name
    end as property,
    case
        when field_name = 'expected_close_date'
            then strftime(cast(new_value as timestamp), '%Y-%m-%dT%H:%M:%SZ')
        else new_value
    end as value,
    cast(changed_at as timestamp) as timestamp,
    'CRM_UI' as "sourceType",
    'userId:' || '1' || substr(changed_by, 2) as "sourceId",
    cast('1' || substr(changed_by, 2) as bigint) as "updatedByUserId",
    false as archived

from log
where new_value is not null
