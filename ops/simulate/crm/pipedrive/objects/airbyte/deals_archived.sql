select
    * exclude (is_archived),
    update_time + interval 30 day as archive_time

from _deals
where is_archived
