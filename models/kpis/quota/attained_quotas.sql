with

attained as (

    select * from {{ ref('quarter_attainments') }}

),

team_closure as (

    select * from {{ ref('dim_team_closure') }}

),

final as (

    select *, 'total' as dimension, 'all' as dimension_id from attained

    union all

    select *, 'tenure' as dimension, tenure as dimension_id from attained

    union all

    select
        attained.*,
        'team' as dimension,
        team_closure.ancestor_team_id as dimension_id

    from attained

    inner join team_closure
        on
            attained.team_id = team_closure.team_id
            and attained.team_date >= team_closure.valid_from
            and attained.team_date < {{ open_end('team_closure.valid_to') }}

)

select * from final
