with

opportunities as (

    select * from {{ ref('crm_opportunities') }}

),

opportunity_values as (

    select * from {{ ref('crm_opportunity_values') }}

),

checks as (

    select * from (
        values
        ('open_deal_without_amount', 'amount'),
        ('won_deal_without_amount', 'amount'),
        ('lost_deal_without_amount', 'amount'),
        ('negative_amount', 'amount'),
        ('missing_exchange_rate', 'currency'),
        ('amount_not_convertible', 'amount'),
        ('deal_without_account', 'account_id'),
        ('deal_without_owner', 'owner_id'),
        ('lost_deal_without_reason', 'loss_reason'),
        ('probability_outside_zero_to_one', 'probability')
    ) as listed (finding, column_name)

),

described as (

    select
        opportunities.*,
        opportunity_values.is_won,
        opportunity_values.is_rate_missing,
        opportunity_values.is_amount_too_large,
        opportunity_values.amount_at_stake

    from opportunities

    inner join opportunity_values
        on opportunities.opportunity_id = opportunity_values.opportunity_id

),

checked as (

    select
        described.*,
        checks.finding,
        checks.column_name

    from described

    cross join checks

),

final as (

    select
        finding,
        'opportunities' as table_name,
        column_name,
        opportunity_id as record_id,
        amount_at_stake

    from checked

    where case finding
        when 'open_deal_without_amount' then not is_closed and amount is null
        when 'won_deal_without_amount' then is_won and amount is null
        when 'lost_deal_without_amount' then is_closed and not is_won and amount is null
        when 'negative_amount'
            then amount < 0 and opportunity_type not in ('credit', 'contraction')
        when 'missing_exchange_rate' then is_rate_missing and amount is not null
        when 'amount_not_convertible' then is_amount_too_large
        when 'deal_without_account' then account_id is null
        when 'deal_without_owner' then owner_id is null
        when 'lost_deal_without_reason' then is_closed and not is_won and loss_reason is null
        when 'probability_outside_zero_to_one' then not coalesce(probability between 0 and 1, true)
    end

)

select * from final
