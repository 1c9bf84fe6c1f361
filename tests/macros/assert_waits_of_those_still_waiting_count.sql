-- Three worked examples, each a region: 1, 3 and 24 hours and one that has waited for 48, whose median
-- is 3; closes after 10, 20 and 40 days with two open, whose median is 40; and one that never ends.
with

records as (

    select
        region_id,
        cast(null as {{ dbt.type_string() }}) as team_id,
        date '2025-01-05' as event_date,
        waited,
        is_over

    from (
        values
        ('answers', 1, 1),
        ('answers', 3, 1),
        ('answers', 24, 1),
        ('answers', 48, 0),
        ('closes', 10, 1),
        ('closes', 20, 1),
        ('closes', 30, 0),
        ('closes', 40, 1),
        ('closes', 50, 0),
        ('never', 5, 0),
        ('never', 6, 1),
        ('never', 7, 0),
        ('never', 8, 0),
        ('all_at_once', 9, 1),
        ('all_at_once', 9, 1),
        ('tie', 9, 0),
        ('tie', 9, 1)
    ) as records (region_id, waited, is_over)

),

period_dates as (

    select
        date '2025-01-05' as date_day,
        period_grain,
        date '2025-01-01' as period_start

    from (values ('month'), ('week')) as grains (period_grain)

),

team_closure as (

    select
        'none' as team_id,
        'none' as ancestor_team_id,
        date '1900-01-01' as valid_from,
        cast(null as date) as valid_to

),

measured as (

    {{ survival_median(
        'records',
        date='event_date',
        attributes=['region'],
        wait='waited',
        ended='is_over',
        relations={'period_dates': 'period_dates', 'team_closure': 'team_closure'},
    ) }}

),

expected as (

    select *

    from (
        values
        ('region', 'answers', 3),
        ('region', 'closes', 40),
        ('region', 'never', null),
        ('region', 'all_at_once', 9),
        ('region', 'tie', 9),
        ('total', 'all', 20)
    ) as expected (dimension, dimension_id, median_wait)

)

select
    coalesce(measured.dimension_id, expected.dimension_id) as dimension_id,
    measured.period_grain,
    measured.median_wait,
    expected.median_wait as expected_wait

from measured

full outer join expected
    on measured.dimension = expected.dimension and measured.dimension_id = expected.dimension_id

where
    measured.median_wait is distinct from expected.median_wait
    or measured.period_grain is distinct from 'month'
