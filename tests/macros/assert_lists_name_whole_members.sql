-- A list is a text such as "day, month"; fiscal_quarter is no quarter, and no list names nothing.
with

examples as (

    select
        member,
        list,
        is_listed

    from (values
        ('month', 'day, month, year', true),
        ('day', 'day, month, year', true),
        ('year', 'day, month, year', true),
        ('month', 'month', true),
        ('quarter', 'day, fiscal_quarter', false),
        ('month', 'months, day', false),
        ('month', '', false),
        ('month', null, false),
        (null, 'day, month', false)
    ) as examples (member, list, is_listed)

)

select * from examples
where {{ is_listed_in('member', 'list') }} <> is_listed
