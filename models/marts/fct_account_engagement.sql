with

in_scope as (

    select * from {{ ref('fct_engageable_accounts') }}

),

opportunities as (

    select * from {{ ref('fct_opportunities') }}

),

two_way_activities as (

    select * from {{ ref('fct_activities') }}

    where is_two_way

),

settings as (

    select * from {{ ref('crm_settings') }}

),

engaged as (

    select distinct
        in_scope.measured_date,
        in_scope.account_id

    from in_scope

    cross join settings

    inner join two_way_activities
        on
            in_scope.account_id = two_way_activities.account_id
            and in_scope.measured_date > two_way_activities.activity_date
            and in_scope.measured_date - settings.engagement_days
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
        in_scope.owner_id,
        in_scope.team_id,
        in_scope.region_id,
        in_scope.segment_id,
        coalesce(first_deals.lead_source_id, '-1') as lead_source_id,
        engaged.account_id is not null as is_engaged

    from in_scope

    left join engaged
        on
            in_scope.measured_date = engaged.measured_date
            and in_scope.account_id = engaged.account_id

    left join first_deals
        on in_scope.account_id = first_deals.account_id and first_deals.deal_number = 1

)

select * from final
