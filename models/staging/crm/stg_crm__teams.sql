-- depends_on: {{ ref('teams') }}
with

source as (

    select * from {{ source('crm', 'teams') }}

),

renamed as (

    select
        ---------- ids
        team_id,
        parent_team_id,
        manager_id,

        ---------- text
        team_name,

        ---------- quality
        '' as unreadable_columns,
        {{ record_as_json('source') }} as raw_record,
        row_number() over (
            partition by team_id
            order by
                parent_team_id desc nulls last,
                manager_id desc nulls last,
                team_name desc nulls last
        ) as copy_number

    from source

),

final as (

    select
        *,
        case
            when team_id is null then 'missing team_id'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
