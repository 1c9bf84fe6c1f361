with

measured as (

    {{ measured(
        ref('contested_deals'),
        date='closed_date',
        attributes=['rep', 'region', 'segment', 'pipeline'],
        members=['product', 'product_family', 'competitor'],
        counts=['contested_deals', 'won_deals'],
        records=['settled_deals'],
        relations={'bridge_members': ref('contested_members')},
    ) }}

),

rated as (

    select
        *,
        won_deals / cast(nullif(contested_deals, 0) as double) as competitive_win_rate,
        won_deals / cast(nullif(settled_deals, 0) as double) as head_to_head_win_rate

    from measured

),

-- 1 is as good against a competitor as against all of them.
final as (

    select
        *,
        competitive_win_rate / nullif(
            max(case when dimension = 'total' then competitive_win_rate end)
                over (partition by period_grain, period_start),
            0
        ) as competitive_positioning_index

    from rated

)

select * from final
