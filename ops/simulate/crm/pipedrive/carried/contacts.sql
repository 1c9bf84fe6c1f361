select * from _persons
