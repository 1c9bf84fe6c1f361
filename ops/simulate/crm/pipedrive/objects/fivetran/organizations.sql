select * from _plain_organizations
