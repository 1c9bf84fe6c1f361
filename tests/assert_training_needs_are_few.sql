-- At most a quarter of the sellers compared in a KPI need something, each of them below the middle.
with

needs as (

    select * from {{ ref('report_training_needs') }}

),

counted as (

    select
        quarter_start,
        kpi_id,
        count(*) as sellers,
        count(case when is_need then 1 end) as needing,
        count(case when is_need and gap >= 0 then 1 end) as needing_above,
        max(compared_sellers) as compared_sellers

    from needs

    group by quarter_start, kpi_id

)

-- Those who share the last place of the quarter share the need.
select *

from counted

where
    needing_above > 0
    or sellers <> compared_sellers
    or (needing > 0 and sellers < 4)
    or needing > sellers / 2
