-- What HubSpot means by its sources, which the mapping says.
select *

from (
    values
    ('ORGANIC_SEARCH', 'Organic Search', 'organic', 'false', 'true'),
    ('PAID_SEARCH', 'Paid Search', 'paid', 'true', 'true'),
    ('EMAIL_MARKETING', 'E-mail Marketing', 'outbound', 'false', 'false'),
    ('SOCIAL_MEDIA', 'Organic Social', 'organic', 'false', 'true'),
    ('REFERRALS', 'Referral', 'referral', 'false', 'true'),
    ('OTHER_CAMPAIGNS', 'Other Campaigns', 'unknown', 'false', 'true'),
    ('DIRECT_TRAFFIC', 'Direct Traffic', 'organic', 'false', 'true'),
    ('PAID_SOCIAL', 'Paid Social', 'paid', 'true', 'true'),
    ('OFFLINE', 'Offline', 'unknown', 'false', 'false'),
    ('AI_REFERRALS', 'AI Referral', 'referral', 'false', 'true')
) as sources (lead_source, lead_source_name, channel, is_paid, is_web)
