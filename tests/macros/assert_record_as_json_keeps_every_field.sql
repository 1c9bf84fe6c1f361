-- Empty fields and quotes stay, what is left out does not; the copy number is not part of the record.
with

examples as (

    select
        record_id,
        record_name,
        notes,
        secret,
        1 as copy_number

    from (values
        ('1', 'plain', null, 'x'),
        ('2', 'with "quotes", ü and / signs', 'a', null)
    ) as examples (record_id, record_name, notes, secret)

),

found as (

    select
        record_id,
        {{ record_as_json('examples', ['secret']) }} as record

    from examples

)

select * from found
where
    record is distinct from case record_id
        when '1' then '{"record_id":"1","record_name":"plain","notes":null}'
        -- A quote would need an escape that engines read differently, so its code stands here.
        else concat_ws(
            '',
            '{"record_id":"2","record_name":"with ', chr(92), '"quotes', chr(92),
            '", ü and / signs","notes":"a"}'
        )
    end
