-- A relation of the published file, read as it stands; nothing is built here.
select * from {{ this }}
