with

comments as (

    select * from {{ ref('fct_survey_comments') }}

),

themes as (

    select * from {{ ref('feedback_themes') }}

),

-- Words stand between blanks, whatever parts them in the comment.
worded as (

    select
        response_id,
        survey_dimension,
        ' ' || translate(
            lower(comment),
            '.,;:!?"()[]/&+*-–—“”’' || chr(39) || chr(9) || chr(10) || chr(13),
            repeat(' ', 25)
        ) as words

    from comments

),

-- A word is told by its beginning: invoice is in invoices, and cost is not in accost. A theme is
-- what a comment is about, so that a denial tells it as well: not slow is about speed.
told as (

    select distinct
        worded.response_id,
        worded.survey_dimension,
        themes.theme

    from worded

    inner join themes
        on worded.words like '% ' || themes.word || '%'

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
