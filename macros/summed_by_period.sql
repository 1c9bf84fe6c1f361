{#
    Sums the rows of a CTE in every period and at every slice of a KPI family whose measures are all sums.

    The rows are sliced per day first (see sliced), and each day then goes into every period it belongs to: sums of days
    are as good as sums of deals and far fewer rows. Medians are not, so a family with medians slices its deals by period.

    date    column of the rows that says in which periods a row counts, and in which tree its team stands

    The other arguments are those of sliced. The model imports the CTEs period_dates, member_periods, team_closure and
    bridge_members (with members).
#}
{% macro summed_by_period(rows, date, attributes, counts, amounts=[], members=[], records=[]) -%}
    select
        period_grain,
        period_start,
        dimension,
        dimension_id
        {%- for name in counts + records %},
        cast(sum({{ name }}) as bigint) as {{ name }}
        {%- endfor %}
        {%- for name in amounts %},
        cast(sum({{ name }}) as decimal(38, 4)) as {{ name }}
        {%- endfor %}

    from (

        select
            period_dates.period_grain,
            period_dates.period_start,
            days.dimension,
            days.dimension_id
            {%- for name in counts + records + amounts %},
            days.{{ name }}
            {%- endfor %}

        from (

            {{ sliced(rows, date, attributes, counts, amounts, members=members, records=records, keys=[date], idle=false)
                | indent(8) }}

        ) as days

        inner join period_dates
            on days.{{ date }} = period_dates.date_day

        where {{ is_kept_at_grain('period_dates.period_grain', 'days.dimension') }}

        union all

        {{ idle_members('period_grain, period_start', attributes + members, counts + records + amounts)
            | indent(4) }}

    ) as periods

    group by period_grain, period_start, dimension, dimension_id
{%- endmacro %}
