select * from _deal_contacts
