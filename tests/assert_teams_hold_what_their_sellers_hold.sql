-- A team is the sum of the sellers in it and in the teams below it, at every depth, in every period
-- in which none of its sellers came, left or moved within the tree. So a team is its children and
-- its own sellers, and the leaves add up to the total less what sellers of inner teams hold.
-- Left out where the catalogue says that sellers share a deal which their team holds whole.
with

catalog as (

    select * from {{ ref('kpi_catalog') }}

    where
        parts_additivity in ('A', 'S', 'D')
        and team_holds = 'sellers'
        and {{ is_listed_in("'team'", 'valid_dimensions') }}
        and {{ is_listed_in("'rep'", 'valid_dimensions') }}

),

team_closure as (

    select * from {{ ref('dim_team_closure') }}

),

rep_teams as (

    select * from {{ ref('crm_rep_teams') }}

),

-- A window looks back up to five quarters, a balance at the midnight that ends its period.
parts as (

    select
        kpi_values.kpi_id,
        kpi_values.period_grain,
        kpi_values.period_start,
        kpi_values.dimension,
        kpi_values.dimension_id,
        kpi_values.part,
        coalesce(kpi_values.numerator, 0) as numerator,
        coalesce(kpi_values.denominator, 0) as denominator,
        case
            when catalog.grain_class in ('window', 'calendar_month')
                then cast({{ dbt.dateadd('month', -15, 'kpi_values.period_start') }} as date)
            else kpi_values.period_start
        end as placed_from,
        kpi_values.period_end + 1 as placed_to

    from {{ ref('kpi_values') }} as kpi_values

    inner join catalog
        on kpi_values.kpi_id = catalog.kpi_id

    where kpi_values.numerator <> 0 or kpi_values.denominator <> 0

),

sellers as (

    select * from parts

    where dimension = 'rep'

),

spans as (

    select distinct
        dimension_id as user_id,
        placed_from,
        placed_to

    from sellers

),

-- Where a seller stood, up to the top of the tree.
places as (

    select
        rep_teams.user_id,
        team_closure.ancestor_team_id,
        team_closure.depth,
        greatest(rep_teams.valid_from, team_closure.valid_from) as valid_from,
        least({{ open_end('rep_teams.valid_to') }}, {{ open_end('team_closure.valid_to') }})
            as valid_to

    from rep_teams

    inner join team_closure
        on
            rep_teams.team_id = team_closure.team_id
            and rep_teams.valid_from < {{ open_end('team_closure.valid_to') }}
            and {{ open_end('rep_teams.valid_to') }} > team_closure.valid_from

),

placed_days as (

    select
        spans.user_id,
        spans.placed_from,
        spans.placed_to,
        places.ancestor_team_id as team_id,
        max({{ days_between('spans.placed_from', 'spans.placed_to') }}) as span_days,
        sum(
            {{ days_between(
                'greatest(spans.placed_from, places.valid_from)',
                'least(spans.placed_to, places.valid_to)',
            ) }}
        ) as team_days,
        sum(
            case
                when places.depth = 0
                    then {{ days_between(
                        'greatest(spans.placed_from, places.valid_from)',
                        'least(spans.placed_to, places.valid_to)',
                    ) }}
                else 0
            end
        ) as own_team_days

    from spans

    inner join places
        on
            spans.user_id = places.user_id
            and spans.placed_from < places.valid_to
            and spans.placed_to > places.valid_from

    group by spans.user_id, spans.placed_from, spans.placed_to, places.ancestor_team_id

),

teamed_days as (

    select
        user_id,
        placed_from,
        placed_to,
        sum(own_team_days) as teamed_days

    from placed_days

    group by user_id, placed_from, placed_to

),

-- On days without a team a seller's records are in the team Unknown.
placed as (

    select
        user_id,
        placed_from,
        placed_to,
        team_id,
        team_days = span_days as is_throughout

    from placed_days

    union all

    select
        spans.user_id,
        spans.placed_from,
        spans.placed_to,
        '-1' as team_id,
        coalesce(teamed_days.teamed_days, 0) = 0 as is_throughout

    from spans

    left join teamed_days
        on
            spans.user_id = teamed_days.user_id
            and spans.placed_from = teamed_days.placed_from
            and spans.placed_to = teamed_days.placed_to

    where
        coalesce(teamed_days.teamed_days, 0)
        < {{ days_between('spans.placed_from', 'spans.placed_to') }}

),

summed as (

    select
        sellers.kpi_id,
        sellers.period_grain,
        sellers.period_start,
        sellers.part,
        placed.team_id,
        sum(sellers.numerator) as sellers_numerator,
        sum(sellers.denominator) as sellers_denominator,
        min(case when placed.is_throughout then 1 else 0 end) as is_settled

    from sellers

    inner join placed
        on
            sellers.dimension_id = placed.user_id
            and sellers.placed_from = placed.placed_from
            and sellers.placed_to = placed.placed_to

    group by
        sellers.kpi_id,
        sellers.period_grain,
        sellers.period_start,
        sellers.part,
        placed.team_id

),

teams as (

    select * from parts

    where dimension = 'team'

),

compared as (

    select
        coalesce(teams.kpi_id, summed.kpi_id) as kpi_id,
        coalesce(teams.period_grain, summed.period_grain) as period_grain,
        coalesce(teams.period_start, summed.period_start) as period_start,
        coalesce(teams.part, summed.part) as part,
        coalesce(teams.dimension_id, summed.team_id) as team_id,
        coalesce(teams.numerator, 0) as numerator,
        coalesce(teams.denominator, 0) as denominator,
        coalesce(summed.sellers_numerator, 0) as sellers_numerator,
        coalesce(summed.sellers_denominator, 0) as sellers_denominator

    from teams

    full outer join summed
        on
            teams.kpi_id = summed.kpi_id
            and teams.period_grain = summed.period_grain
            and teams.period_start = summed.period_start
            and teams.part = summed.part
            and teams.dimension_id = summed.team_id

    where coalesce(summed.is_settled, 1) = 1

)

select *

from compared

where
    abs(numerator - sellers_numerator) > greatest(0.01, abs(numerator) * 1e-9)
    or abs(denominator - sellers_denominator) > greatest(0.01, abs(denominator) * 1e-9)
