-- Deals: one shared by two sellers and of two products, one whose owner gets no money, one without
-- team, region and product, one without an amount; a seller and a product have one id. A team moves below another one on the day its deal
-- closes; members that were active without a deal have their zeros; days are told of the total only,
-- weeks of sellers and teams, medians of months and longer periods. A part is a key beside the slice.
-- Rows that stand once for each period are taken as they are. Deals that are alike count each time.
-- A custom field is a dimension by its prefix. What is expected was counted by other code.
with

deals as (

    select
        opportunity_id,
        team_id,
        region_id,
        cast(closed_date as date) as closed_date,
        deals,
        credits,
        days,
        cast(amount as decimal(18, 4)) as amount

    from (
        values
        ('shared', 'sales_a', 'north', '2025-01-31', 1, 3, 10, 100),
        ('small', 'sales_c', 'north', '2025-01-31', 2, 5, 20, 30),
        ('handed_over', 'sales_b', 'north', '2025-02-01', 1, 1, 60, 50),
        ('nobodys', '-1', null, '2025-02-01', 1, 1, 40, 10),
        ('without_amount', 'sales_b', 'south', '2025-02-02', 1, 1, null, null),
        ('same_again', 'sales_a', 'north', '2025-01-31', 1, 3, 10, 100),
        ('same_again_too', 'sales_a', 'north', '2025-01-31', 1, 3, 10, 100),
        ('same_in_february', 'sales_a', 'north', '2025-02-01', 1, 3, 10, 100),
        ('same_in_february_too', 'sales_c', 'north', '2025-02-01', 1, 3, 10, 100),
        ('outside_the_calendar', 'sales_b', 'south', '2024-12-31', 1, 1, 5, 7)
    ) as deals (opportunity_id, team_id, region_id, closed_date, deals, credits, days, amount)

),

period_dates as (

    select
        cast(date_day as date) as date_day,
        period_grain,
        cast(period_start as date) as period_start

    from (
        values
        ('2025-01-31', 'day', '2025-01-31'),
        ('2025-01-31', 'week', '2025-01-27'),
        ('2025-01-31', 'month', '2025-01-01'),
        ('2025-01-31', 'quarter', '2025-01-01'),
        ('2025-02-01', 'week', '2025-01-27'),
        ('2025-02-01', 'month', '2025-02-01'),
        ('2025-02-01', 'quarter', '2025-01-01'),
        ('2025-02-02', 'month', '2025-02-01')
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
        ('sales_a', 'sales_a', '2025-01-01', null),
        ('sales_a', 'old_parent', '2025-01-01', '2025-01-31'),
        ('sales_a', 'parent', '2025-01-31', null),
        ('sales_c', 'sales_c', '2025-01-01', null),
        ('sales_c', 'parent', '2025-01-01', null),
        ('sales_b', 'sales_b', '2025-02-01', null),
        ('sales_b', 'parent', '2025-02-02', null)
    ) as team_closure (team_id, ancestor_team_id, valid_from, valid_to)

),

bridge_members as (

    select
        opportunity_id,
        dimension,
        dimension_id,
        cast(amount_share as decimal(18, 8)) as amount_share,
        deal_count

    from (
        values
        ('shared', 'credited_rep', 'owner', 0.6, 1),
        ('shared', 'credited_rep', 'helper', 0.4, 0),
        ('small', 'credited_rep', 'owner', 1, 1),
        ('handed_over', 'credited_rep', 'owner', 0, 1),
        ('handed_over', 'credited_rep', 'heir', 1, 0),
        ('nobodys', 'credited_rep', '-1', 1, 1),
        ('without_amount', 'credited_rep', 'heir', 1, 1),
        ('shared', 'product', 'books', 0.7, 1),
        ('shared', 'product', 'helper', 0.3, 1),
        ('small', 'product', 'books', 1, 1),
        ('handed_over', 'product', 'books', 1, 1),
        ('same_again', 'credited_rep', 'owner', 0.6, 1),
        ('same_again', 'credited_rep', 'helper', 0.4, 0),
        ('same_again', 'product', 'books', 0.7, 1),
        ('same_again', 'product', 'helper', 0.3, 1),
        ('same_again_too', 'credited_rep', 'owner', 0.6, 1),
        ('same_again_too', 'credited_rep', 'helper', 0.4, 0),
        ('same_again_too', 'product', 'books', 0.7, 1),
        ('same_again_too', 'product', 'helper', 0.3, 1),
        ('same_in_february', 'credited_rep', 'owner', 1, 1),
        ('same_in_february', 'product', 'books', 1, 1),
        ('same_in_february_too', 'credited_rep', 'owner', 1, 1),
        ('same_in_february_too', 'product', 'books', 1, 1),
        ('shared', 'competitor', 'rival', 1, 1),
        ('shared', 'custom_tier', 'gold', 1, 1),
        ('shared', 'customary', 'odd', 1, 1),
        ('handed_over', 'custom_tier', '-1', 1, 1)
    ) as bridge_members (opportunity_id, dimension, dimension_id, amount_share, deal_count)

),

member_periods as (

    select
        period_grain,
        cast(period_start as date) as period_start,
        dimension,
        dimension_id

    from (
        values
        ('month', '2025-03-01', 'total', 'all'),
        ('month', '2025-01-01', 'team', 'sales_b'),
        ('month', '2025-02-01', 'team', 'sales_b'),
        ('month', '2025-02-01', 'rep', 'helper'),
        ('month', '2025-01-01', 'region', 'south'),
        ('month', '2025-02-01', 'product', 'helper'),
        ('month', '2025-02-01', 'competitor', 'rival'),
        ('month', '2025-02-01', 'custom_tier', 'gold'),
        ('month', '2025-02-01', 'customary', 'odd'),
        ('month', '2025-02-01', 'segment', 'large')
    ) as member_periods (period_grain, period_start, dimension, dimension_id)

),

measured as (

    {{ measured(
        'deals',
        date='closed_date',
        attributes=['region'],
        members=['credited_rep', 'product', 'custom_field'],
        counts=['deals'],
        records=['credits'],
        amounts=['amount'],
        medians={'median_amount': 'amount', 'p90_days': ('days', 0.9)},
        relations={
            'period_dates': 'period_dates',
            'team_closure': 'team_closure',
            'bridge_members': 'bridge_members',
            'member_periods': 'member_periods',
        },
    ) }}

),

expected as (

    select
        period_grain,
        cast(period_start as date) as period_start,
        dimension,
        dimension_id,
        cast(deals as bigint) as deals,
        cast(credits as bigint) as credits,
        cast(amount as decimal(38, 4)) as amount,
        cast(median_amount as double) as median_amount,
        cast(p90_days as double) as p90_days

    from (
        values
        ('day', '2025-01-31', 'total', 'all', 5, 14, 330, null, null),
        ('week', '2025-01-27', 'rep', '-1', 1, 1, 10, null, null),
        ('week', '2025-01-27', 'rep', 'heir', 0, 1, 50, null, null),
        ('week', '2025-01-27', 'rep', 'helper', 0, 9, 120, null, null),
        ('week', '2025-01-27', 'rep', 'owner', 8, 20, 410, null, null),
        ('week', '2025-01-27', 'team', 'parent', 7, 20, 530, null, null),
        ('week', '2025-01-27', 'team', 'sales_a', 4, 12, 400, null, null),
        ('week', '2025-01-27', 'team', 'sales_b', 1, 1, 50, null, null),
        ('week', '2025-01-27', 'team', 'sales_c', 3, 8, 130, null, null),
        ('week', '2025-01-27', 'total', 'all', 9, 22, 590, null, null),
        ('month', '2025-01-01', 'custom_tier', 'gold', 1, 3, 100, 100, 10),
        ('month', '2025-01-01', 'product', 'books', 5, 14, 240, 70, 17),
        ('month', '2025-01-01', 'product', 'helper', 3, 9, 90, 30, 10),
        ('month', '2025-01-01', 'region', 'north', 5, 14, 330, 100, 17),
        ('month', '2025-01-01', 'region', 'south', 0, 0, 0, null, null),
        ('month', '2025-01-01', 'rep', 'helper', 0, 9, 120, 40, 10),
        ('month', '2025-01-01', 'rep', 'owner', 5, 14, 210, 60, 17),
        ('month', '2025-01-01', 'team', 'parent', 5, 14, 330, 100, 17),
        ('month', '2025-01-01', 'team', 'sales_a', 3, 9, 300, 100, 10),
        ('month', '2025-01-01', 'team', 'sales_b', 0, 0, 0, null, null),
        ('month', '2025-01-01', 'team', 'sales_c', 2, 5, 30, 30, 20),
        ('month', '2025-01-01', 'total', 'all', 5, 14, 330, 100, 17),
        ('month', '2025-02-01', 'custom_tier', '-1', 1, 1, 50, 50, 60),
        ('month', '2025-02-01', 'custom_tier', 'gold', 0, 0, 0, null, null),
        ('month', '2025-02-01', 'product', 'books', 3, 7, 250, 100, 50),
        ('month', '2025-02-01', 'product', 'helper', 0, 0, 0, null, null),
        ('month', '2025-02-01', 'region', null, 1, 1, 10, 10, 40),
        ('month', '2025-02-01', 'region', 'north', 3, 7, 250, 100, 50),
        ('month', '2025-02-01', 'region', 'south', 1, 1, null, null, null),
        ('month', '2025-02-01', 'rep', '-1', 1, 1, 10, 10, 40),
        ('month', '2025-02-01', 'rep', 'heir', 1, 2, 50, 50, 60),
        ('month', '2025-02-01', 'rep', 'helper', 0, 0, 0, null, null),
        ('month', '2025-02-01', 'rep', 'owner', 3, 6, 200, 100, 50),
        ('month', '2025-02-01', 'team', 'parent', 3, 7, 200, 100, 10),
        ('month', '2025-02-01', 'team', 'sales_a', 1, 3, 100, 100, 10),
        ('month', '2025-02-01', 'team', 'sales_b', 2, 2, 50, 50, 60),
        ('month', '2025-02-01', 'team', 'sales_c', 1, 3, 100, 100, 10),
        ('month', '2025-02-01', 'total', 'all', 5, 9, 260, 75, 54),
        ('month', '2025-03-01', 'total', 'all', 0, 0, 0, null, null),
        ('quarter', '2025-01-01', 'custom_tier', '-1', 1, 1, 50, 50, 60),
        ('quarter', '2025-01-01', 'custom_tier', 'gold', 1, 3, 100, 100, 10),
        ('quarter', '2025-01-01', 'product', 'books', 8, 21, 490, 70, 36),
        ('quarter', '2025-01-01', 'product', 'helper', 3, 9, 90, 30, 10),
        ('quarter', '2025-01-01', 'region', null, 1, 1, 10, 10, 40),
        ('quarter', '2025-01-01', 'region', 'north', 8, 21, 580, 100, 36),
        ('quarter', '2025-01-01', 'rep', '-1', 1, 1, 10, 10, 40),
        ('quarter', '2025-01-01', 'rep', 'heir', 0, 1, 50, 50, 60),
        ('quarter', '2025-01-01', 'rep', 'helper', 0, 9, 120, 40, 10),
        ('quarter', '2025-01-01', 'rep', 'owner', 8, 20, 410, 60, 36),
        ('quarter', '2025-01-01', 'team', 'parent', 7, 20, 530, 100, 15),
        ('quarter', '2025-01-01', 'team', 'sales_a', 4, 12, 400, 100, 10),
        ('quarter', '2025-01-01', 'team', 'sales_b', 1, 1, 50, 50, 60),
        ('quarter', '2025-01-01', 'team', 'sales_c', 3, 8, 130, 65, 19),
        ('quarter', '2025-01-01', 'total', 'all', 9, 22, 590, 100, 46)
    ) as expected (
        period_grain, period_start, dimension, dimension_id, deals, credits, amount, median_amount,
        p90_days
    )

),

measured_by_part as (

    {{ measured(
        'deals',
        date='closed_date',
        attributes=['region'],
        members=['product'],
        counts=['deals'],
        amounts=['amount'],
        parts=['days'],
        relations={
            'period_dates': 'period_dates',
            'team_closure': 'team_closure',
            'bridge_members': 'bridge_members',
            'member_periods': 'member_periods',
        },
    ) }}

),

deals_by_period as (

    select
        deals.*,
        period_dates.period_grain,
        period_dates.period_start

    from deals

    inner join period_dates
        on deals.closed_date = period_dates.date_day

),

measured_by_period as (

    {{ measured(
        'deals_by_period',
        date='closed_date',
        attributes=['region'],
        members=['credited_rep', 'product', 'custom_field'],
        counts=['deals'],
        records=['credits'],
        amounts=['amount'],
        is_by_period=true,
        relations={
            'period_dates': 'period_dates',
            'team_closure': 'team_closure',
            'bridge_members': 'bridge_members',
            'member_periods': 'member_periods',
        },
    ) }}

),

expected_by_part as (

    select
        period_grain,
        cast(period_start as date) as period_start,
        dimension,
        dimension_id,
        days,
        cast(deals as bigint) as deals,
        cast(amount as decimal(38, 4)) as amount

    from (
        values
        ('day', '2025-01-31', 'total', 'all', 10, 3, 300),
        ('day', '2025-01-31', 'total', 'all', 20, 2, 30),
        ('week', '2025-01-27', 'team', 'parent', 10, 5, 500),
        ('week', '2025-01-27', 'team', 'parent', 20, 2, 30),
        ('week', '2025-01-27', 'team', 'sales_a', 10, 4, 400),
        ('week', '2025-01-27', 'team', 'sales_b', 60, 1, 50),
        ('week', '2025-01-27', 'team', 'sales_c', 10, 1, 100),
        ('week', '2025-01-27', 'team', 'sales_c', 20, 2, 30),
        ('week', '2025-01-27', 'total', 'all', 10, 5, 500),
        ('week', '2025-01-27', 'total', 'all', 20, 2, 30),
        ('week', '2025-01-27', 'total', 'all', 40, 1, 10),
        ('week', '2025-01-27', 'total', 'all', 60, 1, 50),
        ('month', '2025-01-01', 'product', 'books', 10, 3, 210),
        ('month', '2025-01-01', 'product', 'books', 20, 2, 30),
        ('month', '2025-01-01', 'product', 'helper', 10, 3, 90),
        ('month', '2025-01-01', 'region', 'north', 10, 3, 300),
        ('month', '2025-01-01', 'region', 'north', 20, 2, 30),
        ('month', '2025-01-01', 'team', 'parent', 10, 3, 300),
        ('month', '2025-01-01', 'team', 'parent', 20, 2, 30),
        ('month', '2025-01-01', 'team', 'sales_a', 10, 3, 300),
        ('month', '2025-01-01', 'team', 'sales_c', 20, 2, 30),
        ('month', '2025-01-01', 'total', 'all', 10, 3, 300),
        ('month', '2025-01-01', 'total', 'all', 20, 2, 30),
        ('month', '2025-02-01', 'product', 'books', 10, 2, 200),
        ('month', '2025-02-01', 'product', 'books', 60, 1, 50),
        ('month', '2025-02-01', 'region', null, 40, 1, 10),
        ('month', '2025-02-01', 'region', 'north', 10, 2, 200),
        ('month', '2025-02-01', 'region', 'north', 60, 1, 50),
        ('month', '2025-02-01', 'region', 'south', null, 1, null),
        ('month', '2025-02-01', 'team', 'parent', null, 1, null),
        ('month', '2025-02-01', 'team', 'parent', 10, 2, 200),
        ('month', '2025-02-01', 'team', 'sales_a', 10, 1, 100),
        ('month', '2025-02-01', 'team', 'sales_b', null, 1, null),
        ('month', '2025-02-01', 'team', 'sales_b', 60, 1, 50),
        ('month', '2025-02-01', 'team', 'sales_c', 10, 1, 100),
        ('month', '2025-02-01', 'total', 'all', null, 1, null),
        ('month', '2025-02-01', 'total', 'all', 10, 2, 200),
        ('month', '2025-02-01', 'total', 'all', 40, 1, 10),
        ('month', '2025-02-01', 'total', 'all', 60, 1, 50),
        ('quarter', '2025-01-01', 'product', 'books', 10, 5, 410),
        ('quarter', '2025-01-01', 'product', 'books', 20, 2, 30),
        ('quarter', '2025-01-01', 'product', 'books', 60, 1, 50),
        ('quarter', '2025-01-01', 'product', 'helper', 10, 3, 90),
        ('quarter', '2025-01-01', 'region', null, 40, 1, 10),
        ('quarter', '2025-01-01', 'region', 'north', 10, 5, 500),
        ('quarter', '2025-01-01', 'region', 'north', 20, 2, 30),
        ('quarter', '2025-01-01', 'region', 'north', 60, 1, 50),
        ('quarter', '2025-01-01', 'team', 'parent', 10, 5, 500),
        ('quarter', '2025-01-01', 'team', 'parent', 20, 2, 30),
        ('quarter', '2025-01-01', 'team', 'sales_a', 10, 4, 400),
        ('quarter', '2025-01-01', 'team', 'sales_b', 60, 1, 50),
        ('quarter', '2025-01-01', 'team', 'sales_c', 10, 1, 100),
        ('quarter', '2025-01-01', 'team', 'sales_c', 20, 2, 30),
        ('quarter', '2025-01-01', 'total', 'all', 10, 5, 500),
        ('quarter', '2025-01-01', 'total', 'all', 20, 2, 30),
        ('quarter', '2025-01-01', 'total', 'all', 40, 1, 10),
        ('quarter', '2025-01-01', 'total', 'all', 60, 1, 50)
    ) as expected (period_grain, period_start, dimension, dimension_id, days, deals, amount)

),

-- A row that stands in one of them only, or more often in one than in the other.
compared as (

    select *, 1 as sign from measured

    union all

    select *, -1 as sign from expected

    union all

    select
        'by period, ' || period_grain as period_grain,
        period_start,
        dimension,
        dimension_id,
        deals,
        credits,
        amount,
        cast(null as double) as median_amount,
        cast(null as double) as p90_days,
        1 as sign

    from measured_by_period

    union all

    select
        'by period, ' || period_grain as period_grain,
        period_start,
        dimension,
        dimension_id,
        deals,
        credits,
        amount,
        cast(null as double) as median_amount,
        cast(null as double) as p90_days,
        -1 as sign

    from expected

    union all

    select
        'by part, ' || period_grain as period_grain,
        period_start,
        dimension,
        dimension_id,
        deals,
        cast(days as bigint) as credits,
        amount,
        cast(null as double) as median_amount,
        cast(null as double) as p90_days,
        1 as sign

    from measured_by_part

    union all

    select
        'by part, ' || period_grain as period_grain,
        period_start,
        dimension,
        dimension_id,
        deals,
        cast(days as bigint) as credits,
        amount,
        cast(null as double) as median_amount,
        cast(null as double) as p90_days,
        -1 as sign

    from expected_by_part

)

select
    period_grain,
    period_start,
    dimension,
    dimension_id,
    deals,
    credits,
    amount,
    round(median_amount, 6) as median_amount,
    round(p90_days, 6) as p90_days,
    sum(sign) as too_many

from compared

group by 1, 2, 3, 4, 5, 6, 7, 8, 9

having sum(sign) <> 0
