with

measured as (

    {{ measured(
        ref('opened_deals'),
        date='created_date',
        attributes=deal_slices(),
        members=['product', 'product_family', 'custom_field'],
        counts=[
            'created_deals', 'won_deals', 'open_deals', 'closed_deals', 'decided_deals',
            'decided_won_deals', 'timed_deals',
        ],
    ) }}

),

-- How long deals take is told of those that are still open, too.
survival as (

    {{ survival_median(
        ref('opened_deals'),
        date='created_date',
        attributes=['region', 'segment', 'lead_source', 'pipeline'],
        members=['product', 'product_family', 'custom_field'],
        wait='waited_days',
        ended='closed_deals',
        event='won_deals',
        by_wait=(ref('dim_settings'), 'won_by_days'),
    ) }}

),

final as (

    select
        measured.*,
        cast(survival.median_wait as double) as median_days_to_close,
        survival.event_incidence as won_incidence,
        measured.won_deals / cast(nullif(measured.created_deals, 0) as double) as close_rate,
        measured.decided_won_deals / cast(nullif(measured.decided_deals, 0) as double)
            as decided_close_rate,
        measured.open_deals / cast(nullif(measured.created_deals, 0) as double) as open_share

    from measured

    left join survival
        on
            measured.period_grain = survival.period_grain
            and measured.period_start = survival.period_start
            and measured.dimension = survival.dimension
            and measured.dimension_id is not distinct from survival.dimension_id

)

select * from final
