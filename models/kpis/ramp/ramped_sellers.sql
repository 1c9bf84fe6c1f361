with

new_sellers as (

    select * from {{ ref('fct_new_sellers') }}

),

ramp_months as (

    select
        user_id,
        max(selling_month) as sold_months,
        min(case when is_ramped then selling_month end) as ramped_month

    from {{ ref('fct_ramp_months') }}

    group by user_id

),

final as (

    select
        new_sellers.user_id as owner_id,
        new_sellers.team_id,
        new_sellers.region_id,
        new_sellers.half_year_start,
        new_sellers.hired_on,
        ramp_months.ramped_month,
        coalesce(ramp_months.ramped_month, ramp_months.sold_months, 0) as waited_months,
        1 as hired_sellers,
        case when ramp_months.ramped_month is not null then 1 else 0 end as ramped_sellers,
        case when ramp_months.ramped_month is null and new_sellers.has_left then 1 else 0 end
            as lost_sellers,
        case when ramp_months.ramped_month is null and not new_sellers.has_left then 1 else 0 end
            as open_sellers

    from new_sellers

    left join ramp_months
        on new_sellers.user_id = ramp_months.user_id

)

select * from final
