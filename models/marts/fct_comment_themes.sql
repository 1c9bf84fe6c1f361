with

comments as (

    select * from {{ ref('fct_survey_comments') }}

),

themes as (

    select * from {{ ref('feedback_themes') }}

),

-- A word is told by its beginning: invoice is in invoices, and cost is not in accost.
told as (

    select distinct
        comments.response_id,
        comments.survey_dimension,
        themes.theme

    from comments

    inner join themes
        on ' ' || lower(comments.comment) like '% ' || themes.word || '%'

),

-- What no word tells is a theme nobody has named yet.
final as (

    select
        comments.response_id,
        comments.survey_dimension,
        coalesce(told.theme, 'Other') as theme,
        comments.survey_type,
        comments.owner_id,
        comments.region_id,
        comments.segment_id,
        comments.score_share,
        comments.responded_date

    from comments

    left join told
        on
            comments.response_id = told.response_id
            and comments.survey_dimension = told.survey_dimension

)

select * from final
