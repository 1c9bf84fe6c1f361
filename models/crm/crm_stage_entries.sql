with

-- A stage that nobody recorded is none that a deal entered, and neither is an untouched one.
changes as (

    select * from {{ ref('crm_opportunity_changes') }}

    where stage <> '{{ unknown_open_stage() }}'

),

final as (

    select
        opportunity_id,
        stage,
        min(changed_date) as first_entered_date

    from changes

    group by opportunity_id, stage

)

select * from final
