with

states as (

    select * from {{ ref('crm_opportunity_states') }}

),

compared as (

    select
        *,
        lag(expected_close_date) over (
            partition by opportunity_id order by version_number
        ) as previous_close_date

    from states

),

-- Another day of the same month is no delay; what was moved to and fro on one day did not move.
final as (

    select
        opportunity_id,
        valid_from_date as pushed_date,
        previous_close_date,
        expected_close_date as new_close_date

    from compared

    where
        is_in_pipeline
        and {{ dbt.date_trunc('month', 'expected_close_date') }}
        > {{ dbt.date_trunc('month', 'previous_close_date') }}

)

select * from final
