-- A key of HubSpot: digits alone; the first says what it is a key of here.
create macro key_of(kind, key) as (kind || digits_of(key));

create macro owner_of(key) as (key_of('4', key));

-- Activities of several kinds are numbered each from 1.
create macro activity_of(key) as (
    key_of('3', key || '-' || cast(ascii(substr(key, 3, 1)) as varchar))
);

-- A person is one contact, also as the lead that he was.
create macro contact_of_lead(lead_id, converted_contact_id) as (
    coalesce(key_of('5', converted_contact_id), key_of('6', lead_id))
);

create macro stage_of(pipeline_id, stage) as (
    left(pipeline_of(pipeline_id), 6)
    || '_' || number_of(coalesce(pipeline_id, 'default') || '/' || stage)
);

create macro is_closed_stage(stage) as (stage like 'Closed %');

-- HubSpot has ten sources and no other.
create macro source_of(lead_source) as (
    case
        when lead_source is null then null
        when lead_source = 'Organic Search' then 'ORGANIC_SEARCH'
        when lead_source in ('Paid Search', 'Advertisement') then 'PAID_SEARCH'
        when lead_source like '%Referral' then 'REFERRALS'
        when lead_source in ('Web', 'Website') then 'DIRECT_TRAFFIC'
        else 'OFFLINE'
    end
);
