select * from _deals
