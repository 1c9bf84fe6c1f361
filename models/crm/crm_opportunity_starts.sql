with

opportunities as (

    select * from {{ ref('crm_opportunities') }}

    where not is_excluded

),

first_events as (

    select * from {{ ref('crm_opportunity_events') }}

    where change_number = 1

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- The first change of a field tells what the deal started with; without one, today's value held.
-- A change after as_of dates no start: the deal is known, and who knows only when it changes next?
first_values as (

    select
        log.opportunity_id,
        min(case when log.changed_at < settings.as_of then log.changed_date end)
            as first_changed_date,
        max(case when log.field_name = 'stage' then coalesce(log.old_value, log.new_value) end)
            as stage,
        max(case when log.field_name = 'stage' and log.old_value is null then log.changed_at end)
            as first_entered_at,
        max(case when log.field_name = 'amount' then coalesce(log.old_value, '') end) as amount,
        max(case when log.field_name = 'expected_close_date' then coalesce(log.old_value, '') end)
            as expected_close_date,
        max(case when log.field_name = 'owner_id' then coalesce(log.old_value, '') end)
            as owner_id,
        max(case when log.field_name = 'currency' then coalesce(log.old_value, '') end)
            as currency

    from first_events as log

    cross join settings

    group by log.opportunity_id

),

-- An empty text stands for "set to nothing", null for "not touched".
final as (

    select
        opportunities.opportunity_id,
        coalesce(
            opportunities.created_date, first_values.first_changed_date, settings.as_of_date - 1
        ) as start_date,
        coalesce(opportunities.created_at < settings.as_of, true) as is_known,
        coalesce(
            -- A stage that is entered after as_of says nothing of what was before.
            case
                when coalesce(first_values.first_entered_at < settings.as_of, true)
                    then first_values.stage
            end,
            -- Nor was a deal closed whose close is logged after as_of, with no date in the record.
            case
                when
                    opportunities.closed_at is null
                    and not (
                        opportunities.is_closed
                        and coalesce(first_values.first_entered_at >= settings.as_of, false)
                    )
                    then opportunities.stage
            end,
            '{{ unknown_open_stage() }}'
        ) as stage,
        coalesce(first_values.amount, cast(opportunities.amount as {{ dbt.type_string() }}), '')
            as amount,
        coalesce(
            first_values.expected_close_date,
            cast(opportunities.expected_close_date as {{ dbt.type_string() }}),
            ''
        ) as expected_close_date,
        coalesce(first_values.owner_id, opportunities.owner_id, '') as owner_id,
        coalesce(first_values.currency, opportunities.currency) as currency

    from opportunities

    cross join settings

    left join first_values
        on opportunities.opportunity_id = first_values.opportunity_id

)

select * from final
