with

terms as (

    select * from {{ ref('crm_customer_terms') }}

),

windows as (

    select * from {{ ref('dim_retention_windows') }}

),

state_dates as (

    select window_start as state_date from windows

    union

    select window_end as state_date from windows

),

-- Who is held while a renewal is pending pays nothing meanwhile.
final as (

    select
        state_dates.state_date,
        terms.account_id,
        terms.product_id,
        terms.product_family_id,
        terms.currency,
        cast(
            sum(
                case
                    when state_dates.state_date < {{ open_end('terms.valid_to') }} then terms.mrr
                    else 0
                end
            ) as decimal(38, 4)
        ) as mrr

    from state_dates

    inner join terms
        on
            state_dates.state_date >= terms.valid_from
            and state_dates.state_date < {{ open_end('terms.held_to') }}

    group by 1, 2, 3, 4, 5

)

select * from final
