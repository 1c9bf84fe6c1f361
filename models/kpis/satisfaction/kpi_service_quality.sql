with

period_dates as (

    select * from {{ ref('dim_period_dates') }}

    where period_grain not in ('day', 'week')

),

ratings as (

    select
        responses.*,
        period_dates.period_grain,
        period_dates.period_start,
        case
            when responses.survey_dimension = 'all' then 'overall' else responses.survey_dimension
        end as aspect,
        1 as rating_count,
        case when responses.expectation_share is null then 0 else 1 end as compared_count,
        responses.score_share - responses.expectation_share as gap_share

    from {{ ref('fct_survey_responses') }} as responses

    inner join period_dates
        on responses.responded_date = period_dates.date_day

    where responses.is_service_rating

),

by_aspect as (

    {{ sliced(
        rows='ratings',
        team_date='responded_date',
        attributes=['rep', 'region', 'segment'],
        counts=['rating_count', 'compared_count'],
        statistics={'mean_share': 'avg(score_share)', 'mean_gap': 'avg(gap_share)'},
        keys=['period_grain', 'period_start', 'aspect'],
    ) }}

),

-- An aspect that few rated weighs as much as one that many did.
final as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        coalesce(aspect, 'all') as aspect,
        coalesce(aspect, 'All') as aspect_label,
        cast(sum(rating_count) as bigint) as ratings,
        cast(sum(compared_count) as bigint) as compared_ratings,
        100 * avg(mean_share) as service_quality_rating,
        4 * avg(mean_gap) as service_quality_gap

    from by_aspect

    group by
        grouping sets (
            (period_grain, period_start, dimension, dimension_id, aspect),
            (period_grain, period_start, dimension, dimension_id)
        )

)

select * from final
