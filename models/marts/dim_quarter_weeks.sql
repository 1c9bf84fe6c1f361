with

quarters as (

    select distinct period_start, period_end from {{ ref('dim_periods') }}

    where period_grain in ('quarter', 'fiscal_quarter')

),

settings as (

    select * from {{ ref('dim_settings') }}

),

-- The last week of a quarter ends with it.
weeks as (

    select
        quarters.period_start,
        quarters.period_end,
        numbers.week_of_quarter,
        quarters.period_start + (7 * (numbers.week_of_quarter - 1)) as week_start,
        least(quarters.period_start + (7 * numbers.week_of_quarter), quarters.period_end)
            as week_end

    from quarters

    cross join (
        values (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14)
    ) as numbers (week_of_quarter)

),

final as (

    select weeks.*

    from weeks

    inner join settings
        on weeks.week_end <= settings.as_of_date

    where weeks.week_start < weeks.period_end

)

select * from final
