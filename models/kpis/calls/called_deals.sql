with

calls as (

    select * from {{ ref('fct_activities') }}

    where is_outbound_call

),

won_deals as (

    select
        *,
        coalesce('account ' || nullif(account_id, '-1'), 'deal ' || opportunity_id)
            as prospect_id

    from {{ ref('fct_opportunities') }}

    where is_won and is_decided and closed_date is not null

),

settings as (

    select * from {{ ref('dim_settings') }}

),

-- A call on the day of the win is one before it: nobody logs the minute of a signature.
final as (

    select
        won_deals.opportunity_id,
        won_deals.prospect_id,
        won_deals.owner_id,
        won_deals.team_id,
        won_deals.region_id,
        won_deals.segment_id,
        won_deals.lead_source_id,
        won_deals.pipeline_id,
        won_deals.campaign_id,
        won_deals.closed_date

    from won_deals

    cross join settings

    where exists (
        select calls.activity_id

        from calls

        where
            calls.prospect_id = won_deals.prospect_id
            and calls.completed_date <= won_deals.closed_date
            and calls.completed_date
            >= won_deals.closed_date - settings.call_conversion_lookback_days
    )

)

select * from final
