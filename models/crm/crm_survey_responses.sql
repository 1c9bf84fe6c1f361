with

survey_responses as (

    select * from {{ ref('stg_crm__survey_responses') }}

    where reject_reason is null

),

final as (

    select
        response_id,
        account_id,
        contact_id,
        opportunity_id,
        user_id,
        survey_type,
        dimension,
        comment,
        score,
        expectation_score,
        scale_min,
        scale_max,
        is_test,
        responded_at

    from survey_responses

)

select * from final
