-- What adds up is the same in the teams at the top of the tree (Unknown among them) as in the
-- total, in every period through which the same teams stood at the top.
with

catalog as (

    select * from {{ ref('kpi_catalog') }}

    where
        parts_additivity in ('A', 'S', 'D')
        and {{ is_listed_in("'team'", 'valid_dimensions') }}
        and {{ is_listed_in("'total'", 'valid_dimensions') }}

),

kpi_values as (

    select * from {{ ref('kpi_values') }}

),

team_closure as (

    select * from {{ ref('dim_team_closure') }}

),

-- A window looks back up to five quarters, a balance at the midnight that ends its period.
totals as (

    select
        kpi_values.kpi_id,
        kpi_values.period_grain,
        kpi_values.period_start,
        kpi_values.part,
        coalesce(kpi_values.numerator, 0) as numerator,
        coalesce(kpi_values.denominator, 0) as denominator,
        case
            when catalog.grain_class in ('window', 'calendar_month')
                then cast({{ dbt.dateadd('month', -15, 'kpi_values.period_start') }} as date)
            else kpi_values.period_start
        end as placed_from,
        kpi_values.period_end + 1 as placed_to

    from kpi_values

    inner join catalog
        on kpi_values.kpi_id = catalog.kpi_id

    where kpi_values.dimension = 'total' and kpi_values.period_grain <> 'day'

),

spans as (

    select distinct
        placed_from,
        placed_to

    from totals

),

tops as (

    select
        team_id,
        valid_from,
        {{ open_end('valid_to') }} as valid_to

    from team_closure

    group by team_id, valid_from, {{ open_end('valid_to') }}

    having max(depth) = 0

),

days_at_the_top as (

    select
        spans.placed_from,
        spans.placed_to,
        tops.team_id,
        sum(
            {{ days_between(
                'greatest(spans.placed_from, tops.valid_from)', 'least(spans.placed_to, tops.valid_to)'
            ) }}
        ) as top_days,
        max({{ days_between('spans.placed_from', 'spans.placed_to') }}) as span_days

    from spans

    inner join tops
        on spans.placed_from < tops.valid_to and spans.placed_to > tops.valid_from

    group by spans.placed_from, spans.placed_to, tops.team_id

),

changed_spans as (

    select distinct
        placed_from,
        placed_to

    from days_at_the_top

    where top_days < span_days

),

summed as (

    select
        totals.kpi_id,
        totals.period_grain,
        totals.period_start,
        totals.part,
        totals.numerator,
        totals.denominator,
        coalesce(sum(kpi_values.numerator), 0) as teams_numerator,
        coalesce(sum(kpi_values.denominator), 0) as teams_denominator

    from totals

    inner join days_at_the_top
        on
            totals.placed_from = days_at_the_top.placed_from
            and totals.placed_to = days_at_the_top.placed_to

    left join changed_spans
        on
            totals.placed_from = changed_spans.placed_from
            and totals.placed_to = changed_spans.placed_to

    left join kpi_values
        on
            totals.kpi_id = kpi_values.kpi_id
            and totals.period_grain = kpi_values.period_grain
            and totals.period_start = kpi_values.period_start
            and totals.part = kpi_values.part
            and kpi_values.dimension = 'team'
            and days_at_the_top.team_id = kpi_values.dimension_id

    where changed_spans.placed_from is null

    group by
        totals.kpi_id,
        totals.period_grain,
        totals.period_start,
        totals.part,
        totals.numerator,
        totals.denominator

)

select *

from summed

where
    abs(numerator - teams_numerator) > greatest(0.01, abs(numerator) * 1e-9)
    or abs(denominator - teams_denominator) > greatest(0.01, abs(denominator) * 1e-9)
