select
    *,
    'owner' || id as _dlt_id

from _owners
