with

selling_months as (

    select * from {{ ref('fct_selling_months') }}

),

full_quotas as (

    select * from {{ ref('fct_full_quotas') }}

),

booked as (

    select * from {{ ref('fct_new_seller_bookings') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

summed as (

    select
        selling_months.*,
        full_quotas.quota_plan,
        full_quotas.quota_months,
        cast(coalesce(booked.booked_plan, 0) as decimal(38, 4)) as booked_plan,
        cast(coalesce(booked.inherited_plan, 0) as decimal(38, 4)) as inherited_plan,
        case
            when selling_months.selling_month >= 3
                then cast(sum(coalesce(booked.booked_plan, 0)) over (
                    partition by selling_months.user_id
                    order by selling_months.selling_month
                    rows between 2 preceding and current row
                ) as decimal(38, 4))
        end as three_months_plan

    from selling_months

    left join booked
        on
            selling_months.user_id = booked.user_id
            and selling_months.month_start = booked.month_start

    left join full_quotas
        on
            selling_months.user_id = full_quotas.user_id
            and selling_months.month_start = full_quotas.month_start

),

-- Half the smallest amount makes equal what is equal but for the doubles.
final as (

    select
        summed.*,
        cast(summed.quota_plan as double) / summed.quota_months as full_quota,
        coalesce(
            cast(summed.three_months_plan as double) * summed.quota_months + 0.00005
            >= 3 * settings.ramp_threshold * cast(summed.quota_plan as double),
            false
        ) as is_ramped

    from summed

    cross join settings

)

select * from final
