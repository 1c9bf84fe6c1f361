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
        owner_id

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
        cast(null as {{ dbt.type_string() }}) as owner_id

    from unlogged_closings

),

days as (

    select
        opportunity_id,
        changed_date,
        max_by(stage, change_number) filter (where stage is not null) as stage,
        max_by(amount, change_number) filter (where amount is not null) as amount,
        max_by(amount, change_number)
        filter (where {{ read_as('amount', 'decimal(18, 4)') }} <> 0) as nonzero_amount,
        max_by(expected_close_date, change_number) filter (where expected_close_date is not null)
            as expected_close_date,
        max_by(owner_id, change_number) filter (where owner_id is not null) as owner_id

    from all_changes

    group by opportunity_id, changed_date

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
        {{ last_known('owner_id') }} over so_far as owner_id

    from days

    window so_far as (partition by opportunity_id order by changed_date)

),

final as (

    select
        opportunity_id,
        version_number,
        stage,
        nullif(owner_id, '') as owner_id,
        {{ read_as('amount', 'decimal(18, 4)') }} as amount,
        {{ read_as('last_nonzero_amount', 'decimal(18, 4)') }} as last_nonzero_amount,
        {{ read_as('expected_close_date', 'date') }} as expected_close_date,
        stage_changed_date,
        amount_changed_date,
        valid_from,
        valid_to

    from filled

)

select * from final
