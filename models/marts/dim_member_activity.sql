{% set attributes = [
    'rep', 'region', 'segment', 'lead_source', 'pipeline', 'opportunity_type', 'campaign'
] %}

with

opportunities as (

    select * from {{ ref('fct_opportunities') }}

),

bridge_members as (

    select * from {{ ref('bridge_opportunity_members') }}

),

team_closure as (

    select * from {{ ref('dim_team_closure') }}

),

users as (

    select * from {{ ref('dim_users') }}

),

final as (

    select
        {{ slice_keys(attributes) }},
        min(created_date) as active_from,
        max(case when is_closed then closed_date else date '9999-12-31' end) as last_date

    from opportunities

    group by {{ slices(attributes, period_columns='') }}

    union all

    select
        bridge_members.dimension,
        bridge_members.dimension_id,
        min(opportunities.created_date) as active_from,
        date '9999-12-31' as last_date

    from bridge_members

    inner join opportunities
        on bridge_members.opportunity_id = opportunities.opportunity_id

    where bridge_members.dimension <> 'credited_rep'

    group by bridge_members.dimension, bridge_members.dimension_id

    union all

    select
        'team' as dimension,
        team_closure.ancestor_team_id as dimension_id,
        min(opportunities.created_date) as active_from,
        date '9999-12-31' as last_date

    from opportunities

    inner join team_closure
        on opportunities.team_id = team_closure.team_id

    group by team_closure.ancestor_team_id

    union all

    select
        'rep' as dimension,
        user_id as dimension_id,
        hire_date as active_from,
        date '9999-12-31' as last_date

    from users

    where is_quota_carrying and (is_active or termination_date is not null)

)

select * from final
