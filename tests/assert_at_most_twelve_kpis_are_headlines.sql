-- What everybody is to look at first stays few.
select
    count(*) as headlines

from {{ ref('kpi_catalog') }}
where tier = 'headline'
having count(*) > 12
