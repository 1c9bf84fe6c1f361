select * from _owners
where not archived
