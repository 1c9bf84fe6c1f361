select * from _owners
