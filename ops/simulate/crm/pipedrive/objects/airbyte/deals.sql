select
    * exclude (is_archived),
    cast(null as timestamp) as archive_time

from _deals
where not is_archived
