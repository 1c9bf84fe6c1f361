with

examples as (

    select * from (values
        ('some', 'b'),
        ('some', 'a'),
        ('some', null),
        ('some', 'B'),
        ('none', null),
        ('empty', ''),
        ('twice', 'a'),
        ('twice', 'a')
    ) as examples (list, item)

),

expected as (

    select * from (values
        ('some', 'B, a, b'),
        ('none', null),
        ('empty', ''),
        ('twice', 'a, a')
    ) as expected (list, items)

),

found as (

    select
        list,
        {{ listed('item') }} as items

    from examples

    group by list

)

select
    expected.list,
    expected.items as expected_items,
    found.items

from expected

left join found
    on expected.list = found.list

where expected.items is distinct from found.items
