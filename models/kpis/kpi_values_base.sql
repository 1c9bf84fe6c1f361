-- A value that its data cannot carry is withheld, with its parts and its interval.
with

described as (

    select * from {{ ref('kpi_values_described') }}

),

catalog as (

    select * from {{ ref('kpi_catalog') }}

),

judged as (

    select
        described.*,
        catalog.interval_method,
        catalog.method in ('ratio', 'mean') as is_ratio,
        case
            when catalog.availability = 'input_missing' then 'input_missing'
            when catalog.dq_status = 'block' then 'dq_blocked'
            when catalog.covered_from >= described.period_end then 'not_covered'
            when catalog.covered_from > described.window_start then 'not_covered'
            when
                catalog.measured in ('start', 'period_start')
                and catalog.covered_from > described.measured_at
                then 'not_covered'
            when catalog.is_null_until_complete and not described.is_complete then 'provisional'
        end as withheld_status

    from described

    inner join catalog
        on described.kpi_id = catalog.kpi_id

    -- Of what did not come the totals say so; no member of theirs is known.
    where
        described.sample_size > 0
        or coalesce(
            catalog.covered_from < described.period_end,
            catalog.availability = 'available' or described.dimension_id = 'all'
        )

),

final as (

    select
        kpi_id,
        period_grain,
        period_start,
        period_end,
        dimension,
        dimension_id,
        part,
        part_label,
        measured_at,
        -- What was counted of an empty denominator is nothing, and that is known.
        case
            when withheld_status is not null then null
            when is_ratio and coalesce(denominator, 0) = 0 then coalesce(numerator, 0)
            else numerator
        end as numerator,
        case
            when withheld_status is not null then null
            when is_ratio then coalesce(denominator, 0)
            else denominator
        end as denominator,
        case when withheld_status is null then value end as value,
        sample_size,
        case
            when withheld_status is not null then null
            when interval_method = 'wilson'
                then {{ wilson_bound('numerator', 'denominator', '-') }}
            when interval_method in ('nps', 'difference') then interval_centre - interval_margin
        end as ci_low,
        case
            when withheld_status is not null then null
            when interval_method = 'wilson'
                then {{ wilson_bound('numerator', 'denominator', '+') }}
            when interval_method in ('nps', 'difference') then interval_centre + interval_margin
        end as ci_high,
        open_share,
        coalesce(withheld_status, value_status) as value_status,
        is_complete,
        is_small_sample

    from judged

)

select * from final
