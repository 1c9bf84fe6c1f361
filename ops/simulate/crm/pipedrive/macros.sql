-- A key of Pipedrive is a number; the first digit says what it is a key of here.
create macro key_of(kind, key) as (kind || digits_of(key));

create macro user_of(key) as (key_of('4', key));

-- Activities of several kinds are numbered each from 1.
create macro activity_of(key) as (
    key_of('3', key || '-' || cast(ascii(substr(key, 3, 1)) as varchar))
);

-- The key of a lead is a UUID.
create macro lead_of(key) as (
    substr(md5(key), 1, 8) || '-' || substr(md5(key), 9, 4) || '-' || substr(md5(key), 13, 4)
    || '-' || substr(md5(key), 17, 4) || '-' || substr(md5(key), 21, 12)
);

-- A person is one, also as the lead that he was.
create macro person_of_lead(lead_id, converted_contact_id) as (
    coalesce(key_of('5', converted_contact_id), key_of('6', lead_id))
);

create macro stage_of(pipeline_id, stage) as (
    number_of(coalesce(pipeline_id, 'default') || '/' || stage)
);

-- What has ended is a state, whatever stage it stands in.
create macro state_of(stage) as (
    case stage when 'Closed Won' then 'won' when 'Closed Lost' then 'lost' else 'open' end
);

-- How often a line is billed within its term.
create macro frequency_of(term_months) as (
    case
        when term_months is null or term_months % 12 = 0 then 'annually'
        when term_months % 6 = 0 then 'semi-annually'
        when term_months % 3 = 0 then 'quarterly'
        else 'monthly'
    end
);

create macro billings_of(term_months) as (
    case frequency_of(term_months)
        when 'annually' then term_months // 12
        when 'semi-annually' then term_months // 6
        when 'quarterly' then term_months // 3
        else term_months
    end
);
