with

closes as (

    select * from {{ ref('crm_opportunity_closes') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- Some CRMs set the amount of a lost deal to zero; what was lost is what it was worth just before.
flagged as (

    select
        closes.*,
        {{ to_business_date('closes.closed_at', 'settings.reporting_tz') }} as recorded_date,
        closes.amount = 0
        and closes.is_closed
        and not closes.is_won
        and closes.last_nonzero_amount is not null
        and closes.amount_changed_date > closes.closed_date - settings.zeroed_amount_days
            as is_amount_restored

    from closes

    cross join settings

),

final as (

    select
        opportunity_id,
        stage,
        stage_name,
        owner_id,
        currency,
        case when is_amount_restored then last_nonzero_amount else amount end as amount,
        is_open,
        is_closed,
        is_won,
        coalesce(is_amount_restored, false) as is_amount_restored,
        expected_close_date,
        stage_changed_date,
        closed_at,
        recorded_date,
        closed_date

    from flagged

)

select * from final
