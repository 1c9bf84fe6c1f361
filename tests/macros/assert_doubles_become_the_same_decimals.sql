-- 69082.03325 is no double: its digits are at a tie, the double behind them is a little under it.
with

examples as (

    select
        cast(written as double) as number,
        cast(four_places as decimal(18, 4)) as four_places,
        cast(eight_places as decimal(28, 8)) as eight_places

    from (values
        ('79324.78085', '79324.7809', '79324.78085'),
        ('69082.03325', '69082.0332', '69082.03325'),
        ('-79324.78085', '-79324.7809', '-79324.78085'),
        ('0.00005', '0.0001', '0.00005'),
        ('0.00004999', '0', '0.00004999'),
        ('0.333333333333', '0.3333', '0.33333333'),
        ('0.005859375', '0.0059', '0.00585938'),
        ('123456789.123456', '123456789.1235', '123456789.123456'),
        ('0', '0', '0'),
        (null, null, null)
    ) as examples (written, four_places, eight_places)

)

select
    number,
    {{ round_to_decimal('number') }} as four_places,
    {{ round_to_decimal('number', 28, 8) }} as eight_places

from examples
where
    {{ round_to_decimal('number') }} is distinct from four_places
    or {{ round_to_decimal('number', 28, 8) }} is distinct from eight_places
