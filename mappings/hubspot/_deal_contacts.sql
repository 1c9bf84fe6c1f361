select
    deal_id,
    contact_id

from deal_contact
union
select
    deal_id,
    unnest(try_cast(contacts as varchar[])) as contact_id

from deal
