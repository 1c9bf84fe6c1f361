-- In a team that has places to give, the worst has the lowest and nobody leaves more than all
-- behind; a small sample has none; and the card says of a KPI what kpi_values says.
with

scorecard as (

    select * from {{ ref('report_rep_scorecard') }}

),

kpi_values as (

    select * from {{ ref('kpi_values') }}

    where period_grain = 'quarter' and dimension = 'rep' and part = 'all'

),

places as (

    select
        quarter_start,
        kpi_id,
        team_id,
        min(team_percentile) as lowest,
        max(team_percentile) as highest,
        count(team_percentile) as placed,
        max(compared_sellers) as compared_sellers

    from scorecard

    group by quarter_start, kpi_id, team_id

)

select
    'place' as law,
    quarter_start,
    kpi_id,
    team_id as member
from places

where
    lowest <> 0
    or highest > 1
    or (compared_sellers > 1 and placed <> compared_sellers)

union all

select
    'value',
    scorecard.quarter_start,
    scorecard.kpi_id,
    scorecard.user_id
from scorecard

left join kpi_values
    on
        scorecard.quarter_start = kpi_values.period_start
        and scorecard.kpi_id = kpi_values.kpi_id
        and scorecard.user_id = kpi_values.dimension_id

where
    scorecard.value is distinct from kpi_values.value
    or (
        kpi_values.is_small_sample
        and scorecard.kpi_id not in ('quota_attainment', 'rep_productivity')
        and scorecard.team_percentile is not null
    )
