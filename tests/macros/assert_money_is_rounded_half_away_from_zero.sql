-- At a tie the double stands below or above it, and engines' own casts look at either.
with

examples as (

    select
        cast(amount as decimal(18, 4)) as amount,
        cast(factor as decimal(18, 8)) as factor,
        cast(expected as decimal(18, 4)) as expected

    from (values
        ('0.01', '1.085', '0.0109'),
        ('-0.01', '1.085', '-0.0109'),
        ('158561.7', '0.5', '79280.85'),
        ('1.0005', '0.5', '0.5003'),
        ('1000000', '1.08', '1080000'),
        ('99999999.9999', '1.5', '149999999.9999'),
        ('10', '0.333333333', '3.3333'),
        -- G-23: what overflows is not known.
        ('99999999999999', '1.2', null),
        ('1', '9999999999', '9999999999'),
        (null, '1', null),
        ('1', null, null)
    ) as examples (amount, factor, expected)

),

found as (

    select
        amount,
        factor,
        expected,
        {{ multiply_money('amount', 'factor') }} as product,
        {{ round_to_decimal('cast(expected as double) + 0.00001') }} as rounded_down,
        {{ round_to_decimal('cast(expected as double) - 0.00001') }} as rounded_up

    from examples

)

select * from found
where
    product is distinct from expected
    or rounded_down is distinct from expected
    or rounded_up is distinct from expected
