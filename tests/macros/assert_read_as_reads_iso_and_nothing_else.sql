-- Every engine reads the same texts, and none reads the wall clock. Each row states the value as text.
with

examples as (

    select * from (values
        ('date', '2024-02-29', '2024-02-29'),
        ('date', '2024-1-5', '2024-01-05'),
        ('date', '2024/01/05', '2024-01-05'),
        ('date', ' 2024-01-05 ', '2024-01-05'),
        ('date', '2024-01-05 10:00:00', '2024-01-05'),
        ('date', '2024-01-05T10:00:00Z', '2024-01-05'),
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

found as (

    select
        data_type,
        written,
        expected,
        case data_type
            when 'date' then cast({{ read_as('written', 'date') }} as {{ dbt.type_string() }})
            when 'timestamp'
                then cast({{ read_as('written', 'timestamp') }} as {{ dbt.type_string() }})
            when 'decimal'
                then cast({{ read_as('written', 'decimal(18, 4)') }} as {{ dbt.type_string() }})
            when 'double' then cast({{ read_as('written', 'double') }} as {{ dbt.type_string() }})
            when 'boolean'
                then cast({{ read_as('written', 'boolean') }} as {{ dbt.type_string() }})
        end as value

    from examples

)

select * from found
where value is distinct from expected
