with

states as (

    select * from {{ ref('crm_opportunity_states') }}

    where is_in_pipeline

),

probabilities as (

    select * from {{ ref('fct_stage_probabilities') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- A state is cut where a quarter ends, because its win probability changes there.
pieces as (

    select
        coalesce(states.owner_id, '-1') as owner_id,
        states.currency,
        states.amount,
        {{ round_to_decimal('states.amount * probabilities.win_probability', 28, 8) }}
            as weighted_amount,
        greatest(states.snapshot_from_date, probabilities.quarter_start) as from_date,
        least(states.snapshot_to_date, probabilities.quarter_end) as to_date

    from states

    left join probabilities
        on
            states.pipeline_id = probabilities.pipeline_id
            and states.stage = probabilities.stage
            and states.snapshot_from_date < probabilities.quarter_end
            and {{ open_end('states.snapshot_to_date') }} > probabilities.quarter_start

),

movements as (

    select
        owner_id,
        currency,
        from_date as snapshot_date,
        1 as deals,
        case when amount is null then 0 else 1 end as valued_deals,
        case when weighted_amount is null then 0 else 1 end as weighted_deals,
        coalesce(amount, 0) as amount,
        coalesce(weighted_amount, 0) as weighted_amount

    from pieces

    union all

    select
        owner_id,
        currency,
        to_date as snapshot_date,
        -1 as deals,
        case when amount is null then 0 else -1 end as valued_deals,
        case when weighted_amount is null then 0 else -1 end as weighted_deals,
        -coalesce(amount, 0) as amount,
        -coalesce(weighted_amount, 0) as weighted_amount

    from pieces

),

final as (

    select
        movements.snapshot_date,
        movements.owner_id,
        movements.currency,
        cast(sum(movements.deals) as bigint) as open_deals,
        cast(sum(movements.valued_deals) as bigint) as valued_deals,
        cast(sum(movements.weighted_deals) as bigint) as weighted_deals,
        sum(movements.amount) as open_amount,
        sum(movements.weighted_amount) as weighted_amount

    from movements

    cross join settings

    where movements.snapshot_date <= settings.snapshot_date

    group by movements.snapshot_date, movements.owner_id, movements.currency

)

select * from final
