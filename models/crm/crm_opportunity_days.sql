with

changes as (

    select * from {{ ref('crm_opportunity_changes') }}

),

unlogged_closings as (

    select * from {{ ref('crm_closings') }}

    where is_known and not is_logged

),

last_moves as (

    select
        opportunity_id,
        max(changed_date) as stage_changed_date

    from changes

    where stage is not null

    group by opportunity_id

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

    -- The closing is the last thing that happened on its day, and no logged stage comes after it.
    select
        unlogged_closings.opportunity_id,
        greatest(unlogged_closings.closing_date, last_moves.stage_changed_date) as changed_date,
        1000000 as change_number,
        unlogged_closings.stage,
        cast(null as {{ dbt.type_string() }}) as amount,
        cast(null as {{ dbt.type_string() }}) as expected_close_date,
        cast(null as {{ dbt.type_string() }}) as owner_id,
        cast(null as {{ dbt.type_string() }}) as currency

    from unlogged_closings

    inner join last_moves
        on unlogged_closings.opportunity_id = last_moves.opportunity_id

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
