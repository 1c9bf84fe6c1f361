with

attributes as (

    select * from {{ ref('crm_opportunity_attributes') }}

),

snapshots as (

    select * from {{ ref('fct_pipeline_snapshots') }}

),

customer_states as (

    select * from {{ ref('fct_customer_states') }}

    where account_id <> '-1'

),

accounts as (

    select * from {{ ref('dim_accounts') }}

),

rep_teams as (

    select * from {{ ref('crm_rep_teams') }}

),

measured_dates as (

    select distinct measured_date from {{ ref('dim_snapshot_dates') }}

),

-- Whom there is to talk with: who may buy, and who has bought. A deal that was deleted since was
-- open then.
in_scope as (

    select
        snapshots.measured_date,
        attributes.account_id

    from snapshots

    inner join attributes
        on snapshots.opportunity_id = attributes.opportunity_id

    where attributes.account_id <> '-1'

    union

    select
        measured_dates.measured_date,
        customer_states.account_id

    from measured_dates

    inner join customer_states
        on measured_dates.measured_date = customer_states.state_date

),

final as (

    select
        in_scope.measured_date,
        in_scope.account_id,
        coalesce(accounts.owner_id, '-1') as owner_id,
        coalesce(rep_teams.team_id, '-1') as team_id,
        coalesce(accounts.region_id, '-1') as region_id,
        coalesce(accounts.segment_id, '-1') as segment_id

    from in_scope

    left join accounts
        on in_scope.account_id = accounts.account_id

    left join rep_teams
        on
            accounts.owner_id = rep_teams.user_id
            and in_scope.measured_date >= rep_teams.valid_from
            and in_scope.measured_date < {{ open_end('rep_teams.valid_to') }}

)

select * from final
