with

targets as (

    select * from {{ ref('judged_targets') }}

),

final as (

    select
        coalesce(
            flaw,
            case feasibility
                when 'unrealistic' then 'unrealistic_target'
                when 'not_challenging' then 'unchallenging_target'
            end
        ) as finding,
        'targets' as table_name,
        case
            when flaw = 'target_of_unknown_kpi' or flaw = 'target_without_direction' then 'kpi_id'
            when flaw = 'target_of_no_slice' then 'scope_type'
            when flaw = 'target_without_baseline' then 'baseline'
            when flaw = 'target_without_owner' then 'owner_id'
            when flaw = 'target_without_objective' then 'objective_id'
            when flaw = 'target_of_no_period' then 'end_date'
            else 'target_value'
        end as column_name,
        target_id as record_id,
        cast(null as decimal(18, 4)) as amount_at_stake

    from targets

    where flaw is not null or feasibility in ('unrealistic', 'not_challenging')

)

select * from final
