-- Every row that landed is accepted or rejected with a reason; none is lost or counted twice.
select *

from {{ ref('row_conservation') }}

where difference is null or difference <> 0
