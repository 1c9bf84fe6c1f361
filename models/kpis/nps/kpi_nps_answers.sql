with

responses as (

    select * from {{ ref('fct_survey_responses') }}

    where is_nps_answer

),

period_dates as (

    select * from {{ ref('dim_period_dates') }}

    where period_grain <> 'day'

),

-- One voice per person and period: the latest answer, chosen anew at every grain, and of an
-- answer in several dimensions the whole.
answers as (

    select
        responses.*,
        period_dates.period_grain,
        period_dates.period_start,
        row_number() over (
            partition by
                period_dates.period_grain,
                period_dates.period_start,
                responses.survey_type,
                responses.respondent_id
            order by
                responses.responded_at desc,
                responses.response_id desc,
                case when responses.survey_dimension = 'all' then 0 else 1 end asc,
                responses.survey_dimension asc
        ) as answer_number

    from responses

    inner join period_dates
        on responses.responded_date = period_dates.date_day

),

voices as (

    select
        *,
        1 as responses,
        case when score >= 9 then 1 else 0 end as promoters,
        case when score <= 6 then 1 else 0 end as detractors

    from answers

    where answer_number = 1

),

final as (

    {{ sliced(
        rows='voices',
        keys=['survey_type', 'period_grain', 'period_start'],
        team_date='responded_date',
        attributes=['rep', 'region', 'segment'],
        counts=['responses', 'promoters', 'detractors'],
        idle=false,
    ) }}

)

select * from final
