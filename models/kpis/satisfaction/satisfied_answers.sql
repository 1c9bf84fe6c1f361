with

answers as (

    select * from {{ ref('fct_survey_responses') }}

    where is_csat_answer

),

-- The upper quarter of any scale is satisfied: 4 of 5, 6 of 7, 8 of 10.
final as (

    select
        response_id,
        owner_id,
        team_id,
        region_id,
        segment_id,
        responded_date,
        1 as csat_answers,
        case when score_share >= 0.75 then 1 else 0 end as satisfied_answers

    from answers

)

select * from final
