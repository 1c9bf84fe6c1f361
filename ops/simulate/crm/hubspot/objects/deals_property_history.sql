select * from _deal_log
