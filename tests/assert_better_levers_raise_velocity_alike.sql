-- A lever of velocity that is a tenth higher raises it by a tenth, a cycle that is a tenth shorter
-- by a ninth, in every slice.
select *

from {{ ref('report_velocity_what_if') }}

where abs(effect - case when lever = 'cycle_days' then 1 / 9.0 else 0.1 end) > 1e-9
