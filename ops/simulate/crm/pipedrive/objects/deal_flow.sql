select * from _deal_flow
