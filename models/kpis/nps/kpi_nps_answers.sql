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

-- The two survey types are never mixed: a smile after a good deal is not loyalty.
voices as (

    select
        *,
        case when survey_type = 'nps_relationship' then 1 else 0 end as responses,
        case when survey_type = 'nps_transactional' then 1 else 0 end as transactional_responses,
        case when score >= 9 then responses else 0 end as promoters,
        case when score >= 9 then transactional_responses else 0 end as transactional_promoters,
        case when score <= 6 then responses else 0 end as detractors,
        case when score <= 6 then transactional_responses else 0 end as transactional_detractors

    from answers

    where answer_number = 1

),

by_slice as (

    {{ sliced(
        rows='voices',
        team_date='responded_date',
        attributes=['rep', 'region', 'segment'],
        counts=[
            'responses', 'promoters', 'detractors', 'transactional_responses',
            'transactional_promoters', 'transactional_detractors'
        ],
    ) }}

),

final as (

    select * from by_slice

    where {{ is_kept_at_grain('period_grain', 'dimension') }}

)

select * from final
