with

encounters as (

    select * from {{ ref('fct_encounters') }}

),

reasons as (

    select * from {{ ref('report_loss_reasons_by_competitor') }}

    where reason_rank = 1

),

quarters as (

    select
        quarter_start,
        count(distinct opportunity_id) as all_deals

    from encounters

    group by quarter_start

),

counted as (

    select
        quarter_start,
        competitor_id,
        count(*) as decided_deals,
        count(*) filter (where is_won) as won_deals,
        count(*) filter (where is_lost_to) as lost_to_deals,
        cast(sum(case when is_lost_to then amount_corporate end) as decimal(38, 4))
            as lost_to_amount,
        avg(cast(cycle_days as double)) as mean_cycle_days

    from encounters

    group by quarter_start, competitor_id

),

-- What the four quarters before say of the same competitor.
compared as (

    select
        counted.quarter_start,
        counted.competitor_id,
        sum(earlier.decided_deals) as earlier_deals,
        sum(earlier.won_deals) as earlier_wins

    from counted

    inner join counted as earlier
        on
            counted.competitor_id = earlier.competitor_id
            and counted.quarter_start > earlier.quarter_start
            and earlier.quarter_start >= {{ dbt.dateadd('month', -12, 'counted.quarter_start') }}

    group by counted.quarter_start, counted.competitor_id

),

final as (

    select
        counted.*,
        counted.decided_deals / cast(quarters.all_deals as double) as encounter_share,
        counted.won_deals / cast(counted.decided_deals as double) as win_rate,
        counted.won_deals / nullif(counted.won_deals + counted.lost_to_deals, 0e0)
            as head_to_head_win_rate,
        compared.earlier_wins / cast(compared.earlier_deals as double) as earlier_win_rate,
        {{ two_proportion_z(
            'counted.won_deals', 'counted.decided_deals',
            'compared.earlier_wins', 'compared.earlier_deals'
        ) }} as win_rate_z,
        reasons.loss_category as main_loss_reason

    from counted

    inner join quarters
        on counted.quarter_start = quarters.quarter_start

    left join compared
        on
            counted.quarter_start = compared.quarter_start
            and counted.competitor_id = compared.competitor_id

    left join reasons
        on
            counted.quarter_start = reasons.quarter_start
            and counted.competitor_id = reasons.competitor_id

)

select * from final
