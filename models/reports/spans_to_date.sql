with

periods as (

    select * from {{ ref('dim_periods') }}

    where period_grain not in ('day', 'week')

),

settings as (

    select * from {{ ref('dim_settings') }}

),

-- The period of yesterday, which on the first day of a new one is the one that just ended.
present as (

    select
        periods.*,
        {{ days_between('periods.period_start', 'settings.as_of_date') }} as elapsed_days

    from periods

    cross join settings

    where
        periods.period_start < settings.as_of_date and periods.period_end >= settings.as_of_date

),

-- A period that is too short for so many days is taken whole (29 February, the 31st).
final as (

    select
        present.period_grain,
        present.period_start,
        present.period_end,
        present.elapsed_days,
        kinds.kind,
        compared.period_start as first_day,
        least(compared.period_start + cast(present.elapsed_days as integer), compared.period_end)
            as day_after

    from present

    cross join (values ('value'), ('prior'), ('prior_year')) as kinds (kind)

    inner join periods as compared
        on
            present.period_grain = compared.period_grain
            and compared.period_start
            = case kinds.kind
                when 'value' then present.period_start
                when 'prior' then present.prior_period_start
                else present.prior_year_period_start
            end

)

select * from final
