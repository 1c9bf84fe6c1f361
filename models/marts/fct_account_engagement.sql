with

opportunities as (

    select * from {{ ref('fct_opportunities') }}

    where account_id <> '-1'

),

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

two_way_activities as (

    select * from {{ ref('fct_activities') }}

    where is_two_way

),

accounts as (

    select * from {{ ref('dim_accounts') }}

),

rep_teams as (

    select * from {{ ref('crm_rep_teams') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

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

engaged as (

    select distinct
        measured_dates.measured_date,
        two_way_activities.account_id

    from measured_dates

    cross join settings

    inner join two_way_activities
        on
            measured_dates.measured_date > two_way_activities.activity_date
            and measured_dates.measured_date - settings.engagement_days
            <= two_way_activities.activity_date

),

first_deals as (

    select
        account_id,
        lead_source_id,
        row_number() over (
            partition by account_id order by created_date nulls last, opportunity_id
        ) as deal_number

    from opportunities

),

final as (

    select
        in_scope.measured_date,
        in_scope.account_id,
        coalesce(accounts.owner_id, '-1') as owner_id,
        coalesce(rep_teams.team_id, '-1') as team_id,
        coalesce(accounts.region_id, '-1') as region_id,
        coalesce(accounts.segment_id, '-1') as segment_id,
        coalesce(first_deals.lead_source_id, '-1') as lead_source_id,
        engaged.account_id is not null as is_engaged

    from in_scope

    left join engaged
        on
            in_scope.measured_date = engaged.measured_date
            and in_scope.account_id = engaged.account_id

    left join accounts
        on in_scope.account_id = accounts.account_id

    left join first_deals
        on in_scope.account_id = first_deals.account_id and first_deals.deal_number = 1

    left join rep_teams
        on
            accounts.owner_id = rep_teams.user_id
            and in_scope.measured_date >= rep_teams.valid_from
            and in_scope.measured_date < {{ open_end('rep_teams.valid_to') }}

)

select * from final
