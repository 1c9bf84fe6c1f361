with

planned as (

    select * from {{ ref('fct_quotas') }}

    where dimension = 'total'

),

periods as (

    select * from {{ ref('dim_periods') }}

    where period_grain not in ('day', 'week')

),

final as (

    select
        concat_ws(
            '/',
            case when planned.quota_level = 'rep' then planned.user_id else planned.team_id end,
            cast(planned.period_start as string)
        ) as record_id,
        planned.period_end,
        planned.is_superseded,
        max(periods.period_start) is null as fits_nowhere,
        {{ multiply_money('max(planned.quota_plan)', '1') }} as amount_at_stake

    from planned

    left join periods
        on
            planned.period_start >= periods.period_start
            and planned.period_end <= periods.period_end

    group by 1, 2, 3

)

select * from final
