with

days as (

    select * from {{ ref('crm_opportunity_days') }}

),

date_rules as (

    select * from {{ ref('stg_crm__date_rules') }}

),

filled as (

    select
        opportunity_id,
        changed_date as valid_from,
        lead(changed_date) over so_far as valid_to,
        row_number() over so_far as version_number,
        {{ last_known('stage') }} over so_far as stage,
        {{ last_known('case when stage is not null then changed_date end') }} over so_far
            as stage_changed_date,
        {{ last_known('amount') }} over so_far as amount,
        {{ last_known('case when amount is not null then changed_date end') }} over so_far
            as amount_changed_date,
        {{ last_known('nonzero_amount') }} over so_far as last_nonzero_amount,
        {{ last_known('expected_close_date') }} over so_far as expected_close_date,
        {{ last_known('owner_id') }} over so_far as owner_id,
        {{ last_known('currency') }} over so_far as currency

    from days

    window so_far as (partition by opportunity_id order by changed_date)

),

final as (

    select
        filled.opportunity_id,
        filled.version_number,
        filled.stage,
        nullif(filled.owner_id, '') as owner_id,
        nullif(filled.currency, '') as currency,
        {{ read_as('amount', 'decimal(18, 4)') }} as amount,
        {{ read_as('last_nonzero_amount', 'decimal(18, 4)') }} as last_nonzero_amount,
        {{ read_as('expected_close_date', 'event_date') }} as expected_close_date,
        filled.stage_changed_date,
        filled.amount_changed_date,
        filled.valid_from,
        filled.valid_to

    from filled

    cross join date_rules

)

select * from final
