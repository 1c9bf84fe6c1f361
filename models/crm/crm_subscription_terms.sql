with

subscriptions as (

    select * from {{ ref('crm_subscriptions') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- A term without an end runs on, unless its status says that it is over or is to be renewed.
ended as (

    select
        subscriptions.*,
        subscriptions.valid_to is null
        and subscriptions.status in ('canceled', 'cancelled', 'churned', 'ended', 'expired')
            as is_end_assumed,
        case
            when subscriptions.valid_to is null and subscriptions.status = 'pending_renewal'
                then
                    case
                        when subscriptions.renewal_date > subscriptions.valid_from
                            then subscriptions.renewal_date
                        when subscriptions.renewal_date is not null then subscriptions.valid_from
                    end
            when is_end_assumed
                then
                    greatest(
                        coalesce(
                            {{ to_business_date(
                                'subscriptions.updated_at', 'settings.reporting_tz'
                            ) }},
                            settings.as_of_date
                        ),
                        subscriptions.valid_from
                    )
            else subscriptions.valid_to
        end as term_end,
        lead(subscriptions.valid_from) over (
            partition by subscriptions.subscription_id, subscriptions.line_id
            order by subscriptions.valid_from
        ) as next_valid_from,
        lead(subscriptions.mrr) over (
            partition by subscriptions.subscription_id, subscriptions.line_id
            order by subscriptions.valid_from
        ) as next_mrr

    from subscriptions

    cross join settings

),

-- A later row of a line ends the earlier one where it begins.
final as (

    select
        subscription_id,
        account_id,
        product_id,
        currency,
        status,
        mrr,
        valid_from,
        case
            when term_end + 1 = next_valid_from then next_valid_from
            else least(term_end, next_valid_from)
        end as valid_to,
        term_end,
        next_valid_from,
        next_mrr,
        renewal_date,
        is_end_assumed and next_valid_from is null as is_end_assumed,
        coalesce(next_valid_from < {{ open_end('term_end') }}, false) as is_cut_short

    from ended

)

select * from final
