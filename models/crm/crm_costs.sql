with

users as (

    select * from {{ ref('crm_users') }}

),

rep_teams as (

    select * from {{ ref('crm_rep_teams') }}

),

costs as (

    select
        'expenses' as source_table,
        expense_id,
        user_id,
        team_id,
        region_id,
        product_id,
        segment_id,
        lead_source_id,
        campaign_id,
        category,
        currency,
        amount,
        acquisition_share,
        expense_date

    from {{ ref('crm_expenses') }}

    union all

    select
        source_table,
        source_table || '/' || record_id as expense_id,
        user_id,
        cast(null as {{ dbt.type_string() }}) as team_id,
        cast(null as {{ dbt.type_string() }}) as region_id,
        cast(null as {{ dbt.type_string() }}) as product_id,
        cast(null as {{ dbt.type_string() }}) as segment_id,
        cast(null as {{ dbt.type_string() }}) as lead_source_id,
        campaign_id,
        category,
        currency,
        amount,
        cast(null as double) as acquisition_share,
        expense_date

    from {{ ref('crm_cost_stand_ins') }}

    where is_used

),

-- The cost of a user is that of the user's team on the day, and of where the user lives.
final as (

    select
        costs.source_table,
        costs.expense_id,
        costs.user_id,
        coalesce(costs.team_id, rep_teams.team_id) as team_id,
        coalesce(costs.region_id, users.region_id) as region_id,
        costs.product_id,
        costs.segment_id,
        costs.lead_source_id,
        costs.campaign_id,
        costs.category,
        costs.currency,
        costs.amount,
        costs.acquisition_share,
        costs.expense_date

    from costs

    left join users
        on costs.user_id = users.user_id

    left join rep_teams
        on
            costs.user_id = rep_teams.user_id
            and costs.expense_date >= rep_teams.valid_from
            and costs.expense_date < {{ open_end('rep_teams.valid_to') }}

)

select * from final
