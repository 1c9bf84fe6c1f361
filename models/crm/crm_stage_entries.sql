with

changes as (

    select * from {{ ref('crm_opportunity_changes') }}

    where stage is not null

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
