with

periods as (

    select * from {{ ref('dim_periods') }}

    where is_started and period_grain not in ('day', 'week')

),

states as (

    select * from {{ ref('crm_opportunity_states') }}

),

attributes as (

    select * from {{ ref('crm_opportunity_attributes') }}

    where opportunity_type not in ('credit', 'contraction')

),

-- A deal was open when the period began, or something became of it later in it.
touched as (

    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        periods.measured_date as closing_date,
        states.opportunity_id,
        min(case when states.snapshot_from_date <= periods.period_start then 0 else 1 end)
            as is_moved_later,
        min(states.version_number) as first_version,
        max(
            case
                when {{ open_end('states.snapshot_to_date') }} > periods.snapshot_date
                    then states.version_number
            end
        ) as closing_version,
        max(case when states.is_in_pipeline then 1 else 0 end) as was_ever_open

    from periods

    inner join states
        on
            periods.snapshot_date >= states.snapshot_from_date
            and periods.period_start < {{ open_end('states.snapshot_to_date') }}
            and (states.is_in_pipeline or periods.period_start < states.snapshot_from_date)

    group by
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        periods.measured_date,
        states.opportunity_id

),

-- What is not open when the period begins has its state of that day just before the first one.
final as (

    select
        touched.period_grain,
        touched.period_start,
        touched.period_end,
        touched.closing_date,
        touched.opportunity_id,
        attributes.region_id,
        attributes.segment_id,
        attributes.pipeline_id,
        cast(touched.first_version - touched.is_moved_later as bigint) as opening_version,
        cast(touched.closing_version as bigint) as closing_version,
        touched.was_ever_open = 1 as was_ever_open

    from touched

    inner join attributes
        on touched.opportunity_id = attributes.opportunity_id

)

select * from final
