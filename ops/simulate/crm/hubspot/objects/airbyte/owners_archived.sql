select * from _owners
where archived
