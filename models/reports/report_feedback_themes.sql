with

themes as (

    select * from {{ ref('fct_comment_themes') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

    where period_grain in ('quarter', 'year')

),

dated as (

    select
        themes.*,
        periods.period_grain,
        periods.period_start,
        themes.response_id || '/' || themes.survey_dimension as comment_key

    from themes

    inner join periods
        on
            themes.responded_date >= periods.period_start
            and themes.responded_date < periods.period_end

),

totals as (

    select
        period_grain,
        period_start,
        count(distinct comment_key) as comments

    from dated

    group by period_grain, period_start

),

told as (

    select
        period_grain,
        period_start,
        theme,
        count(*) as mentions,
        count(*) filter (where score_share < 0.65) as unhappy_mentions,
        avg(score_share) as mean_score_share

    from dated

    group by period_grain, period_start, theme

),

final as (

    select
        told.period_grain,
        told.period_start,
        told.theme,
        totals.comments,
        told.mentions,
        told.mentions / cast(totals.comments as double) as theme_share,
        told.unhappy_mentions,
        told.mean_score_share

    from told

    inner join totals
        on
            told.period_grain = totals.period_grain
            and told.period_start = totals.period_start

)

select * from final
