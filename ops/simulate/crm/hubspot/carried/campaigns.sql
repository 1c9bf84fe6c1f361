-- Campaigns of e-mails alone have a table of their own, without dates or a budget.
select
    key_of('8', campaign_id) as campaign_id,
    campaign_name,
    'email' as channel

from campaigns
where channel in ('email', 'outbound')
