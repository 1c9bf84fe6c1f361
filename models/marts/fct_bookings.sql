with

opportunities as (

    select * from {{ ref('fct_opportunities') }}

    where is_won and closed_date is not null

),

split_shares as (

    select * from {{ ref('crm_opportunity_split_shares') }}

),

rep_teams as (

    select * from {{ ref('crm_rep_teams') }}

),

final as (

    select
        opportunities.opportunity_id,
        split_shares.user_id,
        coalesce(rep_teams.team_id, '-1') as team_id,
        opportunities.region_id,
        opportunities.segment_id,
        opportunities.pipeline_id,
        opportunities.opportunity_type,
        split_shares.amount_share,
        {{ multiply_money('opportunities.amount_corporate', 'split_shares.amount_share') }}
            as credited_amount_corporate,
        {{ multiply_money('opportunities.amount_plan', 'split_shares.amount_share') }}
            as credited_amount_plan,
        opportunities.closed_date,
        opportunities.recorded_date

    from opportunities

    inner join split_shares
        on opportunities.opportunity_id = split_shares.opportunity_id

    left join rep_teams
        on
            split_shares.user_id = rep_teams.user_id
            and opportunities.closed_date >= rep_teams.valid_from
            and opportunities.closed_date < {{ open_end('rep_teams.valid_to') }}

)

select * from final
