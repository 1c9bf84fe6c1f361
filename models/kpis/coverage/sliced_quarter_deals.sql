with

deals as (

    select * from {{ ref('quarter_deals') }}

),

final as (

    {{ sliced(
        rows='deals',
        keys=['period_start'],
        team_date='team_date',
        attributes=['region'],
        amounts=['won_from_opening', 'created_and_closed', 'won_otherwise'],
    ) }}

)

select * from final
