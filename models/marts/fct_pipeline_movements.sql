{#- What moves the pipeline: its name, when, deals, money, and at which end it has its seller. -#}
{%- set legs = [
    ('entry', 'entry is not null', '1', 'closing_worth', 'closing'),
    ("'transferred_out'", 'is_handed_over', '-1', '-opening_worth', 'opening'),
    ("'transferred_in'", 'is_handed_over', '1', 'opening_worth', 'closing'),
    ("'increased'", 'change > 0', '0', 'change', 'closing'),
    ("'decreased'", 'change < 0', '0', 'change', 'closing'),
    ('exit', "exit is not null and exit <> 'deleted'", '-1', '-leaving_worth', 'closing'),
    ("'deleted'", "exit = 'deleted'", '-1', '-opening_worth', 'opening'),
    ("'currency_effect'", 'currency_effect <> 0', '0', 'currency_effect', 'closing'),
] -%}

with

passages as (

    select * from {{ ref('fct_pipeline_passages') }}

),

-- Movements have the rates of the opening; what rates did to the rest stands apart.
valued as (

    select
        *,
        case when was_in then coalesce(opening_amount, 0) else 0 end as opening_worth,
        coalesce(revalued_amount, 0) as closing_worth,
        case when is_in then coalesce(closing_amount, 0) - coalesce(revalued_amount, 0) else 0 end
            as currency_effect,
        was_in and is_known and is_transferred as is_handed_over

    from passages

),

-- A deal is won for what it was worth in the end, and lost or put off for what it was worth before.
changed as (

    select
        *,
        case
            when was_in and (is_in or exit = 'won') then closing_worth - opening_worth
            else 0
        end as change,
        case when was_in and exit <> 'won' then opening_worth else closing_worth end
            as leaving_worth

    from valued

),

moved as (

    {% for movement, condition, deals, amount, side in legs %}
    select
        period_grain,
        period_start,
        scope,
        opportunity_id,
        {{ movement }} as movement,
        {{ side }}_owner_id as owner_id,
        {{ side }}_team_id as team_id,
        {{ 'period_start' if side == 'opening' else 'closing_date' }} as team_date,
        region_id,
        segment_id,
        pipeline_id,
        {{ deals }} as deals,
        {{ amount }} as amount

    from changed

    where {{ condition }}

    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

final as (

    select
        period_grain,
        period_start,
        scope,
        opportunity_id,
        movement,
        owner_id,
        team_id,
        team_date,
        region_id,
        segment_id,
        pipeline_id,
        deals,
        cast(amount as decimal(18, 4)) as amount

    from moved

)

select * from final
