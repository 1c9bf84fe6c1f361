with

measured as (

    {{ measured(
        ref('ramped_sellers'),
        date='hired_on',
        attributes=['region'],
        counts=['hired_sellers', 'ramped_sellers', 'open_sellers'],
    ) }}

),

-- Who is not ramped yet, or never was, waited as well.
survival as (

    {{ survival_median(
        ref('ramped_sellers'),
        date='hired_on',
        attributes=['region'],
        wait='waited_months',
        ended='ramped_sellers',
    ) }}

),

final as (

    select
        measured.*,
        cast(survival.median_wait as double) as ramp_time,
        measured.open_sellers / cast(nullif(measured.hired_sellers, 0) as double) as open_share

    from measured

    left join survival
        on
            measured.period_grain = survival.period_grain
            and measured.period_start = survival.period_start
            and measured.dimension = survival.dimension
            and measured.dimension_id = survival.dimension_id

)

select * from final
