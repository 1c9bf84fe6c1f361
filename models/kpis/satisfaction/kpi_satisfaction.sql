with

measured as (

    {{ measured(
        ref('satisfied_answers'),
        date='responded_date',
        attributes=['rep', 'region', 'segment'],
        counts=['csat_answers', 'satisfied_answers'],
    ) }}

),

final as (

    select
        *,
        satisfied_answers / cast(nullif(csat_answers, 0) as double) as csat

    from measured

)

select * from final
