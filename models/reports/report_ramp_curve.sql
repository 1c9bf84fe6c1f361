-- How long until a new seller is productive, and is it improving from one half-year to the next?
with

new_sellers as (

    select * from {{ ref('ramped_sellers') }}

),

ramp_months as (

    select * from {{ ref('fct_ramp_months') }}

),

-- The days of the hires stand for those of half-years, which no period of the calendar is.
cohort_dates as (

    select distinct
        hired_on as date_day,
        half_year_start as period_start,
        'half_year' as period_grain

    from new_sellers

),

medians as (

    {{ survival_median(
        'new_sellers',
        date='hired_on',
        attributes=['region'],
        wait='waited_months',
        ended='ramped_sellers',
        relations={'period_dates': 'cohort_dates'},
    ) }}

),

curve as (

    select
        new_sellers.half_year_start,
        ramp_months.selling_month,
        count(*) as sellers,
        cast(sum(ramp_months.booked_plan) as decimal(38, 4)) as booked_plan,
        cast(sum(ramp_months.inherited_plan) as decimal(38, 4)) as inherited_plan,
        sum(
            case
                when ramp_months.full_quota is not null then cast(ramp_months.booked_plan as double)
            end
        ) / sum(ramp_months.full_quota) as quota_share,
        percentile_cont(0.5) within group (
            order by cast(ramp_months.booked_plan / ramp_months.full_quota as double)
        ) as median_quota_share

    from new_sellers

    inner join ramp_months
        on new_sellers.owner_id = ramp_months.user_id

    group by new_sellers.half_year_start, ramp_months.selling_month

),

-- Who was ramped stays so, and who left before is told beside.
final as (

    select
        curve.half_year_start,
        curve.selling_month,
        max(curve.sellers) as sellers,
        max(curve.booked_plan) as booked_plan,
        max(curve.inherited_plan) as inherited_plan,
        max(curve.quota_share) as quota_share,
        max(curve.median_quota_share) as median_quota_share,
        count(*) as hired_sellers,
        count(
            case when new_sellers.ramped_month <= curve.selling_month then 1 end
        ) as ramped_so_far,
        count(new_sellers.ramped_month) as ramped_sellers,
        cast(sum(new_sellers.lost_sellers) as bigint) as lost_sellers,
        cast(sum(new_sellers.open_sellers) as bigint) as open_sellers,
        cast(max(medians.median_wait) as double) as ramp_time

    from curve

    inner join new_sellers
        on curve.half_year_start = new_sellers.half_year_start

    left join medians
        on curve.half_year_start = medians.period_start and medians.dimension = 'total'

    group by curve.half_year_start, curve.selling_month

)

select * from final
