-- Every row that landed is either accepted or rejected with its reason; none is lost or counted twice.
select *

from {{ ref('row_conservation') }}

where difference is null or difference <> 0
