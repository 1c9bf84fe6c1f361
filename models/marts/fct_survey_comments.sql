with

comments as (

    select * from {{ ref('crm_survey_responses') }}

    where trim(comment) <> ''

),

answers as (

    select * from {{ ref('fct_survey_responses') }}

),

final as (

    select
        answers.response_id,
        answers.survey_dimension,
        answers.survey_type,
        answers.account_id,
        coalesce(comments.opportunity_id, '-1') as opportunity_id,
        answers.owner_id,
        answers.team_id,
        answers.region_id,
        answers.segment_id,
        answers.score,
        answers.score_share,
        comments.comment,
        answers.responded_date

    from comments

    inner join answers
        on
            comments.response_id = answers.response_id
            and coalesce(comments.dimension, 'all') = answers.survey_dimension

)

select * from final
