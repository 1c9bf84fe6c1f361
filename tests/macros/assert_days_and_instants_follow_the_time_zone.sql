-- Both ways through summer and winter time, and back to the same day.
with

examples as (

    select
        zone,
        cast(instant as timestamp) as instant,
        cast(business_date as date) as business_date,
        cast(midnight as timestamp) as midnight,
        days

    from (values
        ('UTC', '2026-03-31 23:30:00', '2026-03-31', '2026-03-31 00:00:00', 89),
        ('Europe/Berlin', '2026-03-31 22:30:00', '2026-04-01', '2026-03-31 22:00:00', 90),
        ('Europe/Berlin', '2026-01-31 22:30:00', '2026-01-31', '2026-01-30 23:00:00', 30),
        ('America/New_York', '2026-07-01 03:59:59', '2026-06-30', '2026-06-30 04:00:00', 180),
        ('America/New_York', '2026-07-01 04:00:00', '2026-07-01', '2026-07-01 04:00:00', 181),
        ('Asia/Kolkata', '2025-12-31 17:30:00', '2025-12-31', '2025-12-30 18:30:00', -1)
    ) as examples (zone, instant, business_date, midnight, days)

),

found as (

    select
        zone,
        instant,
        business_date,
        midnight,
        days,
        {{ to_business_date('instant', 'zone') }} as found_date,
        {{ to_instant('business_date', 'zone') }} as found_midnight,
        {{ days_between("date '2026-01-01'", 'business_date') }} as found_days

    from examples

)

select * from found
where
    found_date is distinct from business_date
    or found_midnight is distinct from midnight
    or found_days is distinct from days
