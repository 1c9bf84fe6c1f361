select
    contact.contact_id,
    split_part(contact.associatedcompanyid, '.', 1) as account_id,
    contact.email,
    contact.phone,
    concat_ws(' ', contact.firstname, contact.lastname) as full_name,
    contact.jobtitle as title,
    contact.hs_email_optout as is_opted_out,
    min(_merged_contacts.master_id) as master_id,
    contact.createdate as created_at,
    contact.lastmodifieddate as updated_at,
    regexp_matches(
        lower(
            concat_ws(' ', contact.archived, contact.is_deleted, contact.fivetran_deleted)
        ),
        'true|1'
    ) as is_deleted

from contact
left join _merged_contacts on contact.contact_id = _merged_contacts.contact_id
group by all
