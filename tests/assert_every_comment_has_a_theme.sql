-- Every comment is about something, be it Other, and no theme is told of words that nobody wrote.
with

comments as (

    select * from {{ ref('fct_survey_comments') }}

),

themes as (

    select distinct
        response_id,
        survey_dimension

    from {{ ref('fct_comment_themes') }}

)

select
    comments.response_id as commented,
    themes.response_id as themed

from comments

full outer join themes
    on
        comments.response_id = themes.response_id
        and comments.survey_dimension = themes.survey_dimension

where comments.response_id is null or themes.response_id is null
