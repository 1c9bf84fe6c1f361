with

changes as (

    select * from {{ ref('crm_opportunity_changes') }}

),

unlogged_closings as (

    select * from {{ ref('crm_closings') }}

    where is_known and not is_logged

),

all_changes as (

    select
        opportunity_id,
        changed_date,
        change_number,
        stage,
        amount,
        expected_close_date,
        owner_id,
        currency

    from changes

    union all

    -- The closing is the last thing that happened on its day.
    select
        opportunity_id,
        closing_date as changed_date,
        1000000 as change_number,
        stage,
        cast(null as {{ dbt.type_string() }}) as amount,
        cast(null as {{ dbt.type_string() }}) as expected_close_date,
        cast(null as {{ dbt.type_string() }}) as owner_id,
        cast(null as {{ dbt.type_string() }}) as currency

    from unlogged_closings

),

final as (

    select
        opportunity_id,
        changed_date,
        max_by(stage, change_number) filter (where stage is not null) as stage,
        max_by(amount, change_number) filter (where amount is not null) as amount,
        max_by(amount, change_number)
        filter (where {{ read_as('amount', 'decimal(18, 4)') }} <> 0) as nonzero_amount,
        max_by(expected_close_date, change_number) filter (where expected_close_date is not null)
            as expected_close_date,
        max_by(owner_id, change_number) filter (where owner_id is not null) as owner_id,
        max_by(currency, change_number) filter (where currency is not null) as currency

    from all_changes

    group by opportunity_id, changed_date

)

select * from final
