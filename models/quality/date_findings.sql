with

opportunities as (

    select * from {{ ref('crm_opportunities') }}

),

opportunity_values as (

    select * from {{ ref('crm_opportunity_values') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

checks as (

    select * from (
        values
        ('missing_created_date', 'created_date'),
        ('created_after_the_end_of_the_data', 'created_date'),
        ('created_after_closed', 'created_date'),
        ('closed_deal_without_closed_date', 'closed_date'),
        ('closed_after_the_end_of_the_data', 'closed_date'),
        ('closed_date_after_closed_at', 'closed_date'),
        ('overdue_open_deal', 'expected_close_date')
    ) as listed (finding, column_name)

),

described as (

    select
        opportunities.*,
        opportunity_values.amount_at_stake,
        {{ to_business_date('opportunities.closed_at', 'settings.reporting_tz') }}
            as closed_at_date,
        settings.as_of_date,
        settings.snapshot_date

    from opportunities

    inner join opportunity_values
        on opportunities.opportunity_id = opportunity_values.opportunity_id

    cross join settings

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
        when 'missing_created_date' then created_date is null
        when 'created_after_the_end_of_the_data' then created_date >= snapshot_date
        when 'created_after_closed' then created_date > closed_date
        when 'closed_deal_without_closed_date' then is_closed and closed_date is null
        when 'closed_after_the_end_of_the_data' then closed_date >= snapshot_date
        when 'closed_date_after_closed_at'
            then has_observed_closed_at and closed_date > closed_at_date
        when 'overdue_open_deal' then not is_closed and expected_close_date < as_of_date
    end

)

select * from final
