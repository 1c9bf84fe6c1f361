with

credits as (

    select * from {{ ref('crm_opportunity_credits') }}

),

splits as (

    select * from {{ ref('crm_opportunity_splits') }}

    where split_type = 'revenue'

),

users as (

    select * from {{ ref('crm_users') }}

),

shares as (

    select
        credits.opportunity_id,
        case
            when splits.user_id is null then credits.owner_id
            else coalesce({{ known_member('splits.user_id', 'users.user_id', 'users') }}, '-1')
        end as user_id,
        {{ round_to_decimal('coalesce(splits.split_rate, 1)', 18, 8) }} as amount_share

    from credits

    left join splits
        on credits.opportunity_id = splits.opportunity_id

    left join users
        on splits.user_id = users.user_id

),

-- Credit that no split claims belongs to nobody known; it must not vanish from the total.
unclaimed as (

    select
        opportunity_id,
        '-1' as user_id,
        cast(1 - sum(amount_share) as decimal(18, 8)) as amount_share

    from shares

    group by opportunity_id

    having abs(1 - sum(amount_share)) > 0.000001

),

-- The owner is the one the deal counts for, even when others share all of its money.
all_shares as (

    select * from shares

    union all

    select * from unclaimed

    union all

    select opportunity_id, owner_id as user_id, cast(0 as decimal(18, 8)) as amount_share
    from credits

),

final as (

    select
        all_shares.opportunity_id,
        all_shares.user_id,
        cast(sum(all_shares.amount_share) as decimal(18, 8)) as amount_share,
        all_shares.user_id = credits.owner_id as is_owner

    from all_shares

    inner join credits
        on all_shares.opportunity_id = credits.opportunity_id

    group by all_shares.opportunity_id, all_shares.user_id, credits.owner_id

)

select * from final
