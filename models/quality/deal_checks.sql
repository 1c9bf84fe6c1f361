-- What there is to say of the quality of the deals in numbers, all at as_of.
with

settings as (

    select * from {{ ref('crm_settings') }}

),

logged as (

    select distinct opportunity_id from {{ ref('crm_opportunity_events') }}

    where field_name = 'stage'

),

deals as (

    select
        count(*) as deals,
        count(*) filter (where opportunities.amount is null) as null_amounts,
        count(*) filter (
            where opportunities.amount is not null and opportunities.amount_corporate is null
        ) as missing_rates,
        count(*) filter (where opportunities.closed_date < opportunities.created_date)
            as negative_durations,
        count(*) filter (where opportunities.is_open) as open_deals,
        count(*) filter (
            where
            opportunities.is_open and opportunities.expected_close_date < settings.as_of_date
        ) as overdue_deals,
        count(*) filter (where opportunities.owner_id = '-1') as unassigned_deals,
        count(*) filter (where logged.opportunity_id is null) as unlogged_deals,
        count(*) filter (where records.closed_date >= settings.snapshot_date) as future_closes

    from {{ ref('fct_opportunities') }} as opportunities

    cross join settings

    left join {{ ref('crm_opportunities') }} as records
        on opportunities.opportunity_id = records.opportunity_id

    left join logged
        on opportunities.opportunity_id = logged.opportunity_id

),

losses as (

    select
        count(*) as lost_deals,
        count(*) filter (where loss_reason is null) as unexplained_losses

    from {{ ref('crm_counted_opportunities') }}

    where is_lost

),

delivered as (

    select
        count(*) as deal_rows,
        count(*) filter (where opportunities.reject_reason = 'older copy of the same key')
            as older_copies,
        max(
            case when opportunities.updated_at < settings.as_of then opportunities.updated_at end
        ) as last_updated_at

    from {{ ref('stg_crm__opportunities') }} as opportunities

    cross join settings

),

final as (

    select
        deals.*,
        losses.lost_deals,
        losses.unexplained_losses,
        delivered.deal_rows,
        delivered.older_copies,
        {{ seconds_between('delivered.last_updated_at', 'settings.as_of') }} / 60e0
            as freshness_minutes

    from deals

    cross join losses

    cross join delivered

    cross join settings

)

select * from final
