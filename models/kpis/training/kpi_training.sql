{%- set groups = ['trained_{}_before', 'trained_{}_after', 'peer_{}_before', 'peer_{}_after'] -%}
with

measured as (

    {{ measured(
        ref('trained_deals'),
        date='completed_date',
        attributes=['region'],
        counts=[
            'trained_deals_before', 'trained_wins_before', 'trained_deals_after',
            'trained_wins_after', 'peer_deals_before', 'peer_wins_before', 'peer_deals_after',
            'peer_wins_after',
        ],
        parts=['course'],
    ) }}

),

rates as (

    select
        *,
        {% for group in groups -%}
        {{ group.format('wins') }} / cast(nullif({{ group.format('deals') }}, 0) as double)
            as {{ group.format('win_rate') }},
        {% endfor -%}
        least(
            trained_deals_before, trained_deals_after, peer_deals_before, peer_deals_after
        ) as smallest_group

    from measured

),

-- Half the width of the 95 % interval of a sum of four independent rates; a win and a loss more in
-- each group, since a rate of 0 or 1 of a few deals is not as sure as it looks.
final as (

    select
        *,
        (trained_win_rate_after - trained_win_rate_before)
        - (peer_win_rate_after - peer_win_rate_before) as training_effectiveness_lift,
        1.959964 * sqrt(
            {%- for group in groups %}
            ({{ group.format('wins') }} + 1)
            * ({{ group.format('deals') }} - {{ group.format('wins') }} + 1)
            / power({{ group.format('deals') }} + 2, 3){{ ' +' if not loop.last }}
            {%- endfor %}
        ) as lift_margin

    from rates

)

select * from final
