with

quotas as (

    select * from {{ ref('crm_quotas') }}

    where
        user_id is not null
        and not coalesce(is_ramp, false)
        and coalesce(product_family_id, region_id, segment_id, pipeline_id) is null
        and amount > 0

),

parameters as (

    select * from {{ ref('crm_parameters') }}

),

-- What a version asks for in a month: a quarter is split here and nowhere else.
final as (

    select
        quotas.user_id,
        coalesce(quotas.currency, parameters.corporate_currency) as currency,
        quotas.amount,
        {{ days_between('quotas.period_start', 'quotas.period_end') }} as period_days,
        greatest(
            1,
            cast({{ dbt.datediff('quotas.period_start', 'quotas.period_end', 'month') }} as int)
        ) as period_months,
        quotas.period_start,
        greatest(quotas.period_start, quotas.valid_from) as valid_from,
        least(quotas.period_end, quotas.valid_to) as valid_to

    from quotas

    cross join parameters

    where
        coalesce(quotas.measure, parameters.quota_measure) = parameters.quota_measure
        and greatest(quotas.period_start, quotas.valid_from)
        < least(quotas.period_end, quotas.valid_to)

)

select * from final
