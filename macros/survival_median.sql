{#
    The median wait by Kaplan and Meier, of those still waiting too: one row per period, dimension and member, with
    median_wait null where fewer than half are known to be over.

    rows        CTE or relation with one row per record, its slicing columns, team_id, and the columns below
    date        column of the rows that says in which periods a record counts
    attributes  dimensions that are plain columns of the rows, as sliced reads them
    wait        column with how long the record waited, or has waited so far, as a whole number
    ended       column with 1 where the wait is over, else 0
    relations   what the tests of this macro read in place of the models
#}
{% macro survival_median(rows, date, attributes, wait, ended, relations={}) -%}
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

        where period_dates.period_grain not in ('day', 'week')

    ),

    waits as (

        {{ sliced(
            'rows_by_period', date, attributes, counts=['survivors', ended],
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

    select
        {{ slice }},
        min(
            case when is_nobody_left = 1 or survival_share <= 0.5 + 1e-9 then {{ wait }} end
        ) as median_wait

    from survival

    group by {{ slice }}
{%- endmacro %}
