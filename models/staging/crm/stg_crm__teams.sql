-- depends_on: {{ ref('teams') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'teams'),
        key=['team_id'],
    ) }}

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
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

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
