with

window_ends as (

    select * from {{ ref('fct_customer_window_ends') }}

    where dimension = 'total'

),

accounts as (

    select * from {{ ref('dim_accounts') }}

),

cohorts as (

    select * from {{ ref('crm_customer_cohorts') }}

),

rep_teams as (

    select * from {{ ref('crm_rep_teams') }}

),

-- Customers are sliced by what they were when the window opened.
final as (

    select
        window_ends.window_months,
        window_ends.window_start,
        window_ends.window_end,
        window_ends.account_id,
        coalesce(accounts.owner_id, '-1') as owner_id,
        coalesce(rep_teams.team_id, '-1') as team_id,
        coalesce(accounts.region_id, '-1') as region_id,
        coalesce(accounts.segment_id, '-1') as segment_id,
        coalesce(cohorts.lead_source_id, '-1') as lead_source_id,
        coalesce(cohorts.cohort_id, '-1') as cohort_id,
        window_ends.start_mrr_plan,
        window_ends.end_mrr_plan,
        window_ends.is_active_at_end,
        window_ends.is_paying,
        window_ends.retained_mrr_plan

    from window_ends

    left join accounts
        on window_ends.account_id = accounts.account_id

    left join cohorts
        on window_ends.account_id = cohorts.account_id

    left join rep_teams
        on
            accounts.owner_id = rep_teams.user_id
            and window_ends.window_start >= rep_teams.valid_from
            and window_ends.window_start < {{ open_end('rep_teams.valid_to') }}

)

select * from final
