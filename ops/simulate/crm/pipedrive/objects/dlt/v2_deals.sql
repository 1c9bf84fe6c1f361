-- Version 2 does not return what is deleted.
select
    * exclude (value, is_archived),
    case when value = floor(value) then cast(value as bigint) end as value,
    case when value <> floor(value) then cast(value as double) end as value__v_double

from _deals
where not is_deleted
