-- What is counted in a window up to the end of a period holds nothing of the earlier months of a
-- quarter that the window has left: its parts neither add up over time nor nest.
select
    kpi_id,
    parts_additivity

from {{ ref('kpi_catalog') }}

where grain_class = 'window' and parts_additivity in ('A', 'D')
