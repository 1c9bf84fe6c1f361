-- What keys and names of all CRMs are made of.

-- Twelve digits that stand for a key: its number, and the number of its part.
create macro digits_of(key) as (
    lpad(
        regexp_extract(key, '([0-9]+)', 1)
        || case
            when regexp_matches(key, '[0-9]-[0-9]+$')
                then lpad(regexp_extract(key, '([0-9]+)$', 1), 3, '0')
            else '000'
        end,
        12, '0'
    )
);

-- Names that stand for keys, such as those of pipelines, by number.
create macro number_of(name) as (cast(hash(name) % 100000000 as varchar));

create macro pipeline_of(pipeline_id) as (number_of(coalesce(pipeline_id, 'default')));

-- The chance of winning that a stage stands for.
create macro chance_of(stage) as (
    case stage
        when 'Prospecting' then 0.1
        when 'Qualification' then 0.2
        when 'Needs Analysis' then 0.3
        when 'Value Proposition' then 0.4
        when 'Proposal' then 0.6
        when 'Negotiation' then 0.75
        when 'Closed Won' then 1.0
        when 'Closed Lost' then 0.0
        else 0.5
    end
);
