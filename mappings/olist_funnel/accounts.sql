-- The customers are sellers of the marketplace; one in two files of deals would stand here once.
select
    account_id,
    min(lead_type) as segment_id,
    min(business_segment) as industry

from _deals
group by account_id
