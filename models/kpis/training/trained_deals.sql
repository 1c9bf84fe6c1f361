with

training_groups as (

    select * from {{ ref('training_groups') }}

),

opportunities as (

    select * from {{ ref('fct_opportunities') }}

    where is_decided and closed_date is not null

),

compared as (

    select
        training_groups.*,
        opportunities.opportunity_id,
        opportunities.closed_date >= training_groups.completed_date as is_after,
        case when opportunities.is_won then 1 else 0 end as won

    from training_groups

    inner join opportunities
        on
            training_groups.user_id = opportunities.owner_id
            and training_groups.window_start <= opportunities.closed_date
            and training_groups.window_end > opportunities.closed_date

),

-- Each deal is one of four kinds: of the trained or of their peers, before or after.
final as (

    select
        course,
        completed_date,
        user_id as owner_id,
        team_id,
        region_id,
        opportunity_id,
        case when is_trained and not is_after then 1 else 0 end as trained_deals_before,
        case when is_trained and not is_after then won else 0 end as trained_wins_before,
        case when is_trained and is_after then 1 else 0 end as trained_deals_after,
        case when is_trained and is_after then won else 0 end as trained_wins_after,
        case when not is_trained and not is_after then 1 else 0 end as peer_deals_before,
        case when not is_trained and not is_after then won else 0 end as peer_wins_before,
        case when not is_trained and is_after then 1 else 0 end as peer_deals_after,
        case when not is_trained and is_after then won else 0 end as peer_wins_after

    from compared

)

select * from final
