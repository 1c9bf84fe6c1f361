with

examples as (

    select * from (values
        ('a', 1, null, null),
        ('a', 2, 'first', 'first'),
        ('a', 3, null, 'first'),
        ('a', 4, 'second', 'second'),
        ('a', 5, null, 'second'),
        ('b', 1, null, null)
    ) as examples (record_id, position_number, value, expected)

),

found as (

    select
        record_id,
        position_number,
        expected,
        {{ last_known('value') }} over (partition by record_id order by position_number)
            as last_value

    from examples

)

select * from found
where last_value is distinct from expected
