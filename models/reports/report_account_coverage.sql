with

accounts as (

    select * from {{ ref('fct_engageable_accounts') }}

),

settings as (

    select * from {{ ref('dim_settings') }}

),

activities as (

    select * from {{ ref('fct_activities') }}

    where is_countable and account_id <> '-1'

),

opportunities as (

    select * from {{ ref('fct_opportunities') }}

),

-- Whom there is to talk with as things stand.
in_scope as (

    select accounts.*

    from accounts

    inner join settings
        on accounts.measured_date = settings.as_of_date

),

touches as (

    select
        account_id,
        max(activity_date) as last_touch_date

    from activities

    group by account_id

),

open_deals as (

    select
        account_id,
        count(*) as open_deals,
        cast(sum(amount_corporate) as decimal(38, 4)) as open_amount

    from opportunities

    where is_open

    group by account_id

),

final as (

    select
        in_scope.account_id,
        in_scope.owner_id,
        in_scope.team_id,
        in_scope.region_id,
        in_scope.segment_id,
        touches.last_touch_date,
        {{ days_between('touches.last_touch_date', 'in_scope.measured_date') }} as untouched_days,
        coalesce(
            {{ days_between('touches.last_touch_date', 'in_scope.measured_date') }}
            > settings.untouched_days,
            true
        ) as is_untouched,
        coalesce(open_deals.open_deals, 0) as open_deals,
        open_deals.open_amount

    from in_scope

    cross join settings

    left join touches
        on in_scope.account_id = touches.account_id

    left join open_deals
        on in_scope.account_id = open_deals.account_id

)

select * from final
