with

renewals as (

    select * from {{ ref('fct_renewals') }}

),

booked as (

    select
        *,
        cast({{ dbt.date_trunc('month', 'due_date') }} as date) as due_month

    from renewals

),

summed as (

    select
        due_month,
        segment_id,
        count(*) as due_terms,
        count(*) filter (where outcome = 'renewed') as renewed_terms,
        count(*) filter (where outcome = 'churned') as churned_terms,
        count(*) filter (where outcome = 'open') as open_terms,
        cast(sum(due_mrr) as decimal(38, 4)) as due_mrr,
        cast(coalesce(sum(due_mrr) filter (where outcome = 'renewed'), 0) as decimal(38, 4))
            as renewed_from_mrr,
        cast(coalesce(sum(due_mrr) filter (where outcome = 'churned'), 0) as decimal(38, 4))
            as churned_mrr,
        cast(coalesce(sum(due_mrr) filter (where outcome = 'open'), 0) as decimal(38, 4))
            as open_mrr,
        cast(coalesce(sum(renewed_mrr), 0) as decimal(38, 4)) as renewed_to_mrr

    from booked

    group by due_month, segment_id

),

-- What is open has not been decided, and is in no rate.
final as (

    select
        *,
        renewed_terms / cast(nullif(renewed_terms + churned_terms, 0) as double) as renewal_rate,
        cast(renewed_to_mrr as double)
        / cast(nullif(renewed_from_mrr + churned_mrr, 0) as double) as renewed_revenue_rate

    from summed

)

select * from final
