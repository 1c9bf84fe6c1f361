with

days as (

    select distinct measured_date from {{ ref('fct_customer_balances') }}

),

balances as (

    select * from {{ ref('fct_customer_balances') }}

),

renewals as (

    select * from {{ ref('fct_renewals') }}

),

answers as (

    select * from {{ ref('fct_survey_responses') }}

    where is_nps_answer or is_csat_answer or is_service_rating

),

due as (

    select
        days.measured_date,
        renewals.account_id,
        min(renewals.due_date) as due_date

    from days

    inner join renewals
        on
            days.measured_date <= renewals.due_date
            and days.measured_date > renewals.due_date - 90
            and days.measured_date > renewals.valid_from

    group by days.measured_date, renewals.account_id

),

-- A detractor, or an answer in the lower half of its scale.
heard as (

    select
        days.measured_date,
        answers.account_id,
        min(answers.score_share) as lowest_share

    from days

    inner join answers
        on
            days.measured_date > answers.responded_date
            and days.measured_date <= answers.responded_date + 180

    group by days.measured_date, answers.account_id

),

final as (

    select
        balances.measured_date,
        balances.account_id,
        balances.mrr_corporate,
        balances.is_lost_after_three_months,
        due.due_date,
        coalesce(heard.lowest_share < 0.65, false) as is_unhappy

    from balances

    left join due
        on
            balances.measured_date = due.measured_date
            and balances.account_id = due.account_id

    left join heard
        on
            balances.measured_date = heard.measured_date
            and balances.account_id = heard.account_id

)

select * from final
