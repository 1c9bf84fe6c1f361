-- The stream keeps an archived deal as it was, and has a column for the last entry into each stage.
select
    _deals.* replace (false as archived),
    entered.* exclude (opportunity_id)

from _deals
left join (
    pivot (
        select
            opportunity_id,
            'properties_hs_v2_date_entered_' || stage as field,
            cast(entered_at as timestamp) as entered_at

        from opportunity_stage_history
    )
    on field
    using max(entered_at)
    group by opportunity_id
) as entered on _deals.id = entered.opportunity_id
