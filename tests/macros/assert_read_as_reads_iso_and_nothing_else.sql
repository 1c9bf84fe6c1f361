-- Every engine reads the same texts, and none reads the wall clock. Each row states the value as text.
with

examples as (

    select * from (values
        ('date', '2024-02-29', '2024-02-29'),
        ('date', '2024-1-5', '2024-01-05'),
        ('date', '2024/01/05', '2024-01-05'),
        ('date', ' 2024-01-05 ', '2024-01-05'),
        -- G-17: an instant in a date column is the day it has in the reporting time zone.
        ('date', '2024-01-05 10:00:00', '2024-01-05'),
        ('date', '2024-01-05T03:00:00Z', '2024-01-04'),
        ('date', '2024/01/05 03:00:00', '2024-01-04'),
        ('date', '2024-01-05T23:00:00-07:00', '2024-01-05'),
        ('date', '2024-01-05T00:00:00.001Z', '2024-01-04'),
        ('date', '2024-01-05T00:00:00Z', '2024-01-05'),
        ('date', '2024-01-05T00:00:00.000Z', '2024-01-05'),
        ('date', '2024-01-05 00:00:00', '2024-01-05'),
        ('date', '2024-01-05 00:00', '2024-01-05'),
        ('date', '2024-01-05T25:00:00Z', null),
        -- G-2: no company closed a deal in 1970.
        ('event_date', '1996-01-01', '1996-01-01'),
        ('event_date', '1995-12-31', null),
        ('event_date', '1970-01-01', null),
        ('event_date', '2090-01-01', '2090-01-01'),
        ('event_timestamp', '1996-01-01 00:00:00', '1996-01-01 00:00:00'),
        ('event_timestamp', '1995-12-31 23:59:59', null),
        ('event_timestamp', '1970-01-01T00:00:00Z', null),
        ('real_date', '1970-01-01', null),
        ('real_date', '1970-01-02', '1970-01-02'),
        ('real_date', '1900-01-01', null),
        ('real_date', '1900-01-02', '1900-01-02'),
        ('real_date', '0001-01-01', null),
        ('real_date', 'soon', null),
        ('date', '2023-02-29', null),
        ('date', '05-01-2024', null),
        ('date', '20240105', null),
        ('date', '2024-01', null),
        ('date', '2024', null),
        ('date', '2024-01-05abc', null),
        ('date', '2024-01-05Z', null),
        ('date', '-123-01-05', null),
        ('date', '10000-01-01', null),
        ('date', 'infinity', null),
        ('date', 'today', null),
        ('date', 'now', null),
        ('date', '', null),
        ('date', cast(null as {{ dbt.type_string() }}), null),
        ('timestamp', '2024-01-05 10:00:00', '2024-01-05 10:00:00'),
        ('timestamp', '2024-01-05T10:00:00', '2024-01-05 10:00:00'),
        ('timestamp', '2024-01-05T10:00:00Z', '2024-01-05 10:00:00'),
        ('timestamp', '2024-01-05 10:00:00 UTC', '2024-01-05 10:00:00'),
        ('timestamp', '2024-01-05T10:00:00+02:00', '2024-01-05 08:00:00'),
        ('timestamp', '2024-01-05T10:00:00-05:30', '2024-01-05 15:30:00'),
        ('timestamp', '2024-01-05 10:00:00+02', '2024-01-05 08:00:00'),
        ('timestamp', '2024-01-05T10:00:00.000+0000', '2024-01-05 10:00:00'),
        ('timestamp', '2024-01-05 10:00', '2024-01-05 10:00:00'),
        ('timestamp', '2024-1-5 1:2:3', '2024-01-05 01:02:03'),
        ('timestamp', '2024-01-05', '2024-01-05 00:00:00'),
        ('timestamp', '2024-01-05 24:00:00', null),
        ('timestamp', '2024-01-05 25:00:00', null),
        ('timestamp', '2024-01-05 10:00:60', null),
        ('timestamp', '2024-02-30 10:00:00', null),
        ('timestamp', '2024-01-05 10', null),
        ('timestamp', '2024-01-05 10:00:00 +02:00', null),
        ('timestamp', '2024-01', null),
        ('timestamp', '10:00:00', null),
        ('timestamp', 'infinity', null),
        ('timestamp', 'now', null),
        ('timestamp', '', null),
        ('decimal', '1.00005', '1.0001'),
        ('decimal', '-1.00005', '-1.0001'),
        ('decimal', '1e3', '1000.0000'),
        ('decimal', ' .5 ', '0.5000'),
        ('decimal', '+5.', '5.0000'),
        ('decimal', '99999999999999', '99999999999999.0000'),
        ('decimal', '999999999999999', null),
        ('decimal', '1_000', null),
        ('decimal', '1,000', null),
        ('decimal', '5 000', null),
        ('decimal', '0x10', null),
        ('decimal', '1.2.3', null),
        ('decimal', '5d', null),
        ('decimal', 'NaN', null),
        ('decimal', '.', null),
        ('decimal', '', null),
        ('double', '0.25', '0.25'),
        ('double', ' 1e3 ', '1000.0'),
        ('double', '5d', null),
        ('double', '5f', null),
        ('double', '1e400', null),
        ('double', 'NaN', null),
        ('double', 'infinity', null),
        ('double', '1_000', null),
        ('boolean', 'true', 'true'),
        ('boolean', 'FALSE', 'false'),
        ('boolean', ' True ', 'true'),
        ('boolean', 't', 'true'),
        ('boolean', 'no', 'false'),
        ('boolean', 'y', 'true'),
        ('boolean', '0', 'false'),
        ('boolean', '1', 'true'),
        ('boolean', '2', null),
        ('boolean', 'on', null),
        ('boolean', '', null)
    ) as examples (data_type, written, expected)

),

rules as (

    select
        *,
        'America/Phoenix' as reporting_tz,
        date '1996-01-01' as plausible_from

    from examples

),

found as (

    select
        data_type,
        written,
        expected,
        case data_type
            when 'date' then cast({{ read_as('written', 'date') }} as {{ dbt.type_string() }})
            when 'event_date'
                then cast({{ read_as('written', 'event_date') }} as {{ dbt.type_string() }})
            when 'real_date'
                then cast({{ read_as('written', 'real_date') }} as {{ dbt.type_string() }})
            when 'event_timestamp'
                then cast({{ read_as('written', 'event_timestamp') }} as {{ dbt.type_string() }})
            when 'timestamp'
                then cast({{ read_as('written', 'timestamp') }} as {{ dbt.type_string() }})
            when 'decimal'
                then cast({{ read_as('written', 'decimal(18, 4)') }} as {{ dbt.type_string() }})
            when 'double' then cast({{ read_as('written', 'double') }} as {{ dbt.type_string() }})
            when 'boolean'
                then cast({{ read_as('written', 'boolean') }} as {{ dbt.type_string() }})
        end as value

    from rules

)

select * from found
where value is distinct from expected
