-- What adds up over time is the same in a week and its days, a month and its days, a quarter and
-- its months, a year and its quarters, fiscal or not, for every member. Distinct counts are at most
-- the sum of the shorter periods, and in total at least the largest of them: a person who answers
-- again may answer for another member, which then has no long period at all (case
-- answers-of-a-quarter-and-its-months).
with

catalog as (

    select * from {{ ref('kpi_catalog') }}

    where parts_additivity in ('A', 'D')

),

period_dates as (

    select * from {{ ref('dim_period_dates') }}

),

parts as (

    select
        kpi_values.*,
        catalog.parts_additivity,
        catalog.valid_grains

    from {{ ref('kpi_values') }} as kpi_values

    inner join catalog
        on kpi_values.kpi_id = catalog.kpi_id

),

nested as (

    select *

    from (
        values
        ('day', 'week'),
        ('day', 'month'),
        ('month', 'quarter'),
        ('quarter', 'year'),
        ('month', 'fiscal_quarter'),
        ('fiscal_quarter', 'fiscal_year')
    ) as grains (short_grain, long_grain)

),

summed as (

    select
        parts.kpi_id,
        nested.short_grain,
        nested.long_grain,
        period_dates.period_start,
        parts.dimension,
        parts.dimension_id,
        parts.part,
        max(parts.parts_additivity) as parts_additivity,
        sum(parts.numerator) as numerator,
        sum(parts.denominator) as denominator,
        max(parts.denominator) as largest_denominator,
        count(*) filter (where parts.value_status = 'not_covered') as withheld_periods

    from parts

    inner join nested
        on parts.period_grain = nested.short_grain

    inner join period_dates
        on
            nested.long_grain = period_dates.period_grain
            and parts.period_start = period_dates.date_day

    where {{ is_listed_in('nested.long_grain', 'parts.valid_grains') }}

    group by 1, 2, 3, 4, 5, 6, 7

),

longer as (

    select
        parts.*,
        nested.short_grain

    from parts

    inner join nested
        on
            parts.period_grain = nested.long_grain
            and {{ is_listed_in('nested.short_grain', 'parts.valid_grains') }}

    where {{ is_kept_at_grain('nested.short_grain', 'parts.dimension') }}

),

compared as (

    select
        coalesce(longer.parts_additivity, summed.parts_additivity) as parts_additivity,
        longer.value_status,
        coalesce(longer.kpi_id, summed.kpi_id) as kpi_id,
        coalesce(longer.short_grain, summed.short_grain) as short_grain,
        coalesce(longer.period_grain, summed.long_grain) as long_grain,
        coalesce(longer.period_start, summed.period_start) as period_start,
        coalesce(longer.dimension, summed.dimension) as dimension,
        coalesce(longer.dimension_id, summed.dimension_id) as dimension_id,
        coalesce(longer.numerator, 0) as numerator,
        coalesce(longer.denominator, 0) as denominator,
        coalesce(summed.numerator, 0) as summed_numerator,
        coalesce(summed.denominator, 0) as summed_denominator,
        coalesce(summed.largest_denominator, 0) as largest_denominator,
        coalesce(summed.withheld_periods, 0) as withheld_periods

    from longer

    full outer join summed
        on
            longer.kpi_id = summed.kpi_id
            and longer.short_grain = summed.short_grain
            and longer.period_grain = summed.long_grain
            and longer.period_start = summed.period_start
            and longer.dimension = summed.dimension
            and longer.dimension_id = summed.dimension_id
            and longer.part = summed.part

)

-- A long period in which the data began holds what its short ones hold (G-1), but for those that
-- end before a declared beginning and are withheld.
select *

from compared

where
    value_status is distinct from 'not_covered'
    and withheld_periods = 0
    and case
        when parts_additivity = 'D'
            then
                denominator > summed_denominator
                or (dimension = 'total' and denominator < largest_denominator)
        else
            abs(numerator - summed_numerator) > greatest(0.01, abs(numerator) * 1e-9)
            or abs(denominator - summed_denominator) > greatest(0.01, abs(denominator) * 1e-9)
    end
