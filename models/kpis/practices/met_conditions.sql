-- Conditions of diagnostic rules that sellers and teams meet.
with

conditions as (

    select * from {{ ref('diagnostic_conditions') }}

),

compared as (

    select * from {{ ref('kpi_comparisons') }} where part = 'all'

),

peers as (

    select
        *,
        count(*) over (partition by kpi_id, period_grain, dimension) as peer_count,
        percent_rank() over (
            partition by kpi_id, period_grain, dimension order by value
        ) as percentile

    from compared

    where dimension in ('rep', 'team') and dimension_id <> '-1' and sample_size >= 20

),

-- What each condition looks at, and what it holds it against.
examined as (

    select
        conditions.rule_id,
        conditions.condition_number,
        conditions.is_above,
        peers.period_grain,
        peers.period_start,
        peers.dimension,
        peers.dimension_id,
        peers.dimension_value,
        peers.value,
        case
            when conditions.reference = 'peers' and peers.peer_count >= 4 then peers.percentile
            when conditions.reference <> 'peers' then peers.value
        end as measure,
        case
            when conditions.reference in ('peers', 'number') then conditions.reference_value
            else coalesce(of_slice.value, of_all.value)
        end as limit_value

    from conditions

    inner join peers
        on conditions.kpi_id = peers.kpi_id

    left join compared as of_slice
        on
            conditions.reference = of_slice.kpi_id
            and peers.period_grain = of_slice.period_grain
            and peers.dimension = of_slice.dimension
            and peers.dimension_id = of_slice.dimension_id

    left join compared as of_all
        on
            conditions.reference = of_all.kpi_id
            and peers.period_grain = of_all.period_grain
            and of_all.dimension = 'total'

),

final as (

    select
        rule_id,
        condition_number,
        period_grain,
        period_start,
        dimension,
        dimension_id,
        dimension_value,
        value

    from examined

    where (measure >= limit_value) = is_above

)

select * from final
