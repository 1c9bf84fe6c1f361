-- The older interface tells dates in milliseconds.
select
    * replace (
        case
            when property = 'closedate'
                then cast(epoch_ms(cast(value as timestamp)) as varchar)
            else value
        end as value
    )

from _deal_log
