with

answers as (

    select * from {{ ref('kpi_nps_answers') }}

),

settings as (

    select * from {{ ref('dim_settings') }}

),

-- Small samples get three more answers: 3/4 promoter, 3/2 passive, 3/4 detractor (adjusted Wald).
-- Without any answer there is nothing to divide by, nor to add to.
adjusted as (

    select
        answers.*,
        nullif(answers.responses, 0) as answer_count,
        case when answers.responses < settings.small_sample_wald_below then 3.0 else 0.0 end
            as assumed_answers

    from answers

    cross join settings

),

shares as (

    select
        *,
        promoters / cast(answer_count as double) as promoter_share,
        detractors / cast(answer_count as double) as detractor_share,
        cast(promoters + assumed_answers / 4 as double)
        / (answer_count + assumed_answers) as adjusted_promoter_share,
        cast(detractors + assumed_answers / 4 as double)
        / (answer_count + assumed_answers) as adjusted_detractor_share

    from adjusted

),

final as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        responses,
        promoters,
        detractors,
        100 * (promoters - detractors) as net_promoters_percent,
        100 * (promoters - detractors) / cast(answer_count as double) as nps,
        {{ nps_margin(
            'adjusted_promoter_share',
            'adjusted_detractor_share',
            'answer_count + assumed_answers'
        ) }}
            as nps_margin_of_error,
        {{ nps_margin('promoter_share', 'detractor_share', 'answer_count') }}
            as wald_nps_margin_of_error,
        100 * (adjusted_promoter_share - adjusted_detractor_share) as nps_interval_centre,
        transactional_responses,
        100 * (transactional_promoters - transactional_detractors)
            as transactional_net_promoters_percent,
        100 * (transactional_promoters - transactional_detractors)
        / cast(nullif(transactional_responses, 0) as double) as transactional_nps

    from shares

)

select * from final
