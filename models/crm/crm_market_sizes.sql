with

market_sizes as (

    select * from {{ ref('stg_crm__market_sizes') }}

    where reject_reason is null

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- Of several versions of a market the one published last counts, with all its competitors.
ranked as (

    select
        market_sizes.*,
        dense_rank() over (
            partition by
                market_sizes.market_id,
                market_sizes.geography,
                market_sizes.product_family_id,
                market_sizes.segment_id,
                market_sizes.period_start,
                market_sizes.period_end,
                market_sizes.basis
            order by market_sizes.published_at desc nulls last, market_sizes.version desc nulls last
        ) as version_rank

    from market_sizes

    cross join settings

    where coalesce(market_sizes.published_at < settings.as_of, true)

),

final as (

    select
        market_id,
        geography as region_id,
        product_family_id,
        segment_id,
        competitor_id,
        basis,
        version,
        source,
        total_value,
        own_value,
        competitor_value,
        is_estimate,
        period_start,
        period_end

    from ranked

    where version_rank = 1

)

select * from final
