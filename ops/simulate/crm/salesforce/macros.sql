-- A key of Salesforce: three characters for the kind of object, twelve digits, a check.
create macro key_of(prefix, key) as (
    prefix || lpad(
        regexp_extract(key, '([0-9]+)', 1)
        || case
            when regexp_matches(key, '[0-9]-[0-9]+$')
                then lpad(regexp_extract(key, '([0-9]+)$', 1), 3, '0')
            else '000'
        end, 12, '0'
    ) || 'QAA'
);

-- Names that stand for keys, such as those of pipelines, by number.
create macro number_of(name) as (cast(hash(name) % 100000000 as varchar));
