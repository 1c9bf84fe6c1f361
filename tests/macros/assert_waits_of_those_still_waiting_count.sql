-- Worked examples, each a region: 1, 3 and 24 hours and one that has waited for 48, whose median is 3;
-- closes after 10, 20 and 40 days with two open, whose median is 40; one that never ends; three of six,
-- whose half is a little more than a half in doubles. Teams hold those below them as the tree stood on
-- the day; a team and a region have one name; days and weeks have no medians. The medians were counted
-- in fractions by other code.
with

records as (

    select
        region_id,
        team_id,
        cast(event_date as date) as event_date,
        waited,
        is_over

    from (
        values
        ('answers', null, '2025-01-05', 1, 1),
        ('answers', null, '2025-01-05', 3, 1),
        ('answers', null, '2025-01-05', 24, 1),
        ('answers', null, '2025-01-05', 48, 0),
        ('closes', null, '2025-01-05', 10, 1),
        ('closes', null, '2025-01-05', 20, 1),
        ('closes', null, '2025-01-05', 30, 0),
        ('closes', null, '2025-01-05', 40, 1),
        ('closes', null, '2025-01-05', 50, 0),
        ('never', null, '2025-01-05', 5, 0),
        ('never', null, '2025-01-05', 6, 1),
        ('never', null, '2025-01-05', 7, 0),
        ('never', null, '2025-01-05', 8, 0),
        ('all_at_once', null, '2025-01-05', 9, 1),
        ('all_at_once', null, '2025-01-05', 9, 1),
        ('tie', null, '2025-01-05', 9, 0),
        ('tie', null, '2025-01-05', 9, 1),
        ('half', null, '2025-01-05', 1, 1),
        ('half', null, '2025-01-05', 2, 1),
        ('half', null, '2025-01-05', 3, 1),
        ('half', null, '2025-01-05', 9, 0),
        ('half', null, '2025-01-05', 9, 0),
        ('half', null, '2025-01-05', 9, 0),
        ('field', 'field', '2025-01-05', 2, 1),
        ('field', 'field', '2025-01-05', 2, 1),
        ('field', 'field', '2025-01-05', 12, 1),
        ('field', 'inside', '2025-01-05', 12, 0),
        ('field', 'inside', '2025-01-05', 12, 0),
        ('field', 'field', '2025-02-10', 7, 1),
        ('field', 'inside', '2025-02-10', 15, 1),
        ('field', 'inside', '2025-02-10', 15, 1),
        ('answers', 'inside', '2025-02-10', 100, 1),
        ('answers', 'inside', '2025-02-10', 200, 1),
        ('answers', 'inside', '2025-02-10', 200, 1),
        ('field', 'field', '2025-01-20', 2, 1),
        ('field', 'field', '2025-01-20', 2, 1),
        ('field', 'field', '2025-02-10', 2, 1),
        ('field', 'field', '2025-02-10', 15, 1),
        ('field', 'field', '2025-02-10', 15, 1),
        ('field', 'inside', '2025-02-10', 2, 1),
        ('answers', 'inside', '2024-12-31', 1, 1)
    ) as records (region_id, team_id, event_date, waited, is_over)

),

period_dates as (

    select
        cast(date_day as date) as date_day,
        period_grain,
        cast(period_start as date) as period_start

    from (
        values
        ('2025-01-05', 'day', '2025-01-05'),
        ('2025-01-05', 'week', '2024-12-30'),
        ('2025-01-05', 'month', '2025-01-01'),
        ('2025-01-05', 'quarter', '2025-01-01'),
        ('2025-01-20', 'month', '2025-01-01'),
        ('2025-01-20', 'quarter', '2025-01-01'),
        ('2025-02-10', 'month', '2025-02-01'),
        ('2025-02-10', 'quarter', '2025-01-01')
    ) as period_dates (date_day, period_grain, period_start)

),

team_closure as (

    select
        team_id,
        ancestor_team_id,
        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to

    from (
        values
        ('field', 'field', '2025-01-01', null),
        ('inside', 'inside', '2025-01-01', null),
        ('field', 'former', '2025-01-01', '2025-01-05'),
        ('field', 'sales', '2025-01-05', null),
        ('inside', 'sales', '2025-02-10', null)
    ) as team_closure (team_id, ancestor_team_id, valid_from, valid_to)

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

    select
        period_grain,
        cast(period_start as date) as period_start,
        dimension,
        dimension_id,
        median_wait

    from (
        values
        ('month', '2025-01-01', 'region', 'all_at_once', 9),
        ('month', '2025-01-01', 'region', 'answers', 3),
        ('month', '2025-01-01', 'region', 'closes', 40),
        ('month', '2025-01-01', 'region', 'field', 2),
        ('month', '2025-01-01', 'region', 'half', 3),
        ('month', '2025-01-01', 'region', 'never', null),
        ('month', '2025-01-01', 'region', 'tie', 9),
        ('month', '2025-01-01', 'team', 'field', 2),
        ('month', '2025-01-01', 'team', 'inside', null),
        ('month', '2025-01-01', 'team', 'sales', 2),
        ('month', '2025-01-01', 'total', 'all', 10),
        ('month', '2025-02-01', 'region', 'answers', 200),
        ('month', '2025-02-01', 'region', 'field', 15),
        ('month', '2025-02-01', 'team', 'field', 7),
        ('month', '2025-02-01', 'team', 'inside', 15),
        ('month', '2025-02-01', 'team', 'sales', 15),
        ('month', '2025-02-01', 'total', 'all', 15),
        ('quarter', '2025-01-01', 'region', 'all_at_once', 9),
        ('quarter', '2025-01-01', 'region', 'answers', 100),
        ('quarter', '2025-01-01', 'region', 'closes', 40),
        ('quarter', '2025-01-01', 'region', 'field', 7),
        ('quarter', '2025-01-01', 'region', 'half', 3),
        ('quarter', '2025-01-01', 'region', 'never', null),
        ('quarter', '2025-01-01', 'region', 'tie', 9),
        ('quarter', '2025-01-01', 'team', 'field', 2),
        ('quarter', '2025-01-01', 'team', 'inside', 100),
        ('quarter', '2025-01-01', 'team', 'sales', 12),
        ('quarter', '2025-01-01', 'total', 'all', 15)
    ) as expected (period_grain, period_start, dimension, dimension_id, median_wait)

),

-- A row that stands in one of them only, or more often in one than in the other.
compared as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        median_wait,
        1 as sign

    from measured

    union all

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        median_wait,
        -1 as sign

    from expected

)

select
    period_grain,
    period_start,
    dimension,
    dimension_id,
    median_wait,
    sum(sign) as too_many

from compared

group by 1, 2, 3, 4, 5

having sum(sign) <> 0
