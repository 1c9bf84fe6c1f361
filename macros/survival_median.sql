{#
    The median wait by Kaplan and Meier, of those still waiting too: one row per period, dimension and member, with
    median_wait null where fewer than half are known to be over. A record without a wait is not counted.

    With an event, such as a win among closes, also the share of all that it ended by a moment, by Aalen and Johansen:
    those whom another event ended can no longer have it. Null while nobody has waited so long and some still wait.

    rows        CTE or relation with one row per record, its slicing columns, team_id, and the columns below
    date        column of the rows that says in which periods a record counts
    attributes  dimensions that are plain columns of the rows, as sliced reads them
    wait        column with how long the record waited, or has waited so far, as a whole number
    ended       column with 1 where the wait is over, else 0
    event       column with 1 where it is over by this event, else 0
    by_wait     relation of one row and its column with the moment by which the event is counted
    members     dimensions of a bridge, as sliced reads them; every member has the whole record
    relations   what the tests of this macro read in place of the models
#}
{% macro survival_median(
    rows, date, attributes, wait, ended, event=none, by_wait=none, members=[], relations={}
) -%}
    {%- set counts = ['survivors', ended] + ([event] if event else []) -%}
    {%- set slice = 'period_grain, period_start, dimension, dimension_id' -%}
    with

    rows_by_period as (

        select
            event_rows.*,
            period_dates.period_grain,
            period_dates.period_start,
            1 as survivors

        from {{ rows }} as event_rows

        inner join {{ slicing_relation('period_dates', relations) }} as period_dates
            on event_rows.{{ date }} = period_dates.date_day

        where
            period_dates.period_grain not in ('day', 'week')
            and event_rows.{{ wait }} is not null

    ),

    waits as (

        {{ sliced(
            'rows_by_period', date, attributes, counts=counts, members=members,
            keys=['period_grain', 'period_start', wait], relations=relations
        ) | indent(8) }}

    ),

    -- Who is still waiting at a moment was at risk in it, so what ends comes before what is cut off.
    at_risk as (

        select
            *,
            sum(survivors) over (partition by {{ slice }} order by {{ wait }} desc) as at_risk

        from waits

    ),

    -- The logarithm of nothing left is not asked for: once the last one is over, the share is 0.
    survival as (

        select
            *,
            max(case when {{ ended }} = at_risk then 1 else 0 end) over (
                partition by {{ slice }} order by {{ wait }}
            ) as is_nobody_left,
            exp(
                sum(
                    case
                        when {{ ended }} < at_risk
                            then ln((at_risk - {{ ended }}) / cast(at_risk as double))
                        else 0
                    end
                ) over (partition by {{ slice }} order by {{ wait }})
            ) as survival_share

        from at_risk

    )
    {%- if event %},

    -- What the event takes at a moment it takes of those who were left before it.
    incidence as (

        select
            *,
            coalesce(lag(survival_share) over (partition by {{ slice }} order by {{ wait }}), 1)
            * {{ event }} / cast(at_risk as double) as event_share

        from survival

        cross join (select {{ by_wait[1] }} as last_wait from {{ by_wait[0] }}) as last_waits

    )
    {%- endif %}

    select
        {{ slice }},
        min(
            case when is_nobody_left = 1 or survival_share <= 0.5 + 1e-9 then {{ wait }} end
        ) as median_wait
        {%- if event %},
        case
            when max({{ wait }}) >= max(last_wait) or max(is_nobody_left) = 1
                then coalesce(sum(case when {{ wait }} <= last_wait then event_share end), 0)
        end as event_incidence
        {%- endif %}

    from {{ 'incidence' if event else 'survival' }}

    group by {{ slice }}
{%- endmacro %}
