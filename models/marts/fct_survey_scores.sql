with

responses as (

    select * from {{ ref('crm_survey_responses') }}

    where not is_test

),

final as (

    select
        response_id,
        survey_type,
        coalesce(dimension, 'all') as survey_dimension,
        contact_id,
        account_id,
        user_id,
        score,
        -- Only whole points from 0 to 10 are answers to the recommendation question.
        survey_type in ('nps_relationship', 'nps_transactional')
        and score between 0 and 10
        and score = floor(score) as is_nps_answer,
        -- What was asked about one aspect says nothing of the whole.
        coalesce(
            survey_type = 'csat'
            and dimension is null
            and score between scale_min and scale_max
            and scale_min < scale_max,
            false
        ) as is_csat_answer,
        coalesce(
            survey_type = 'service_quality'
            and score between scale_min and scale_max
            and scale_min < scale_max,
            false
        ) as is_service_rating,
        (score - scale_min) / nullif(scale_max - scale_min, 0) as score_share,
        case
            when expectation_score between scale_min and scale_max
                then (expectation_score - scale_min) / nullif(scale_max - scale_min, 0)
        end as expectation_share,
        responded_at

    from responses

)

select * from final
