with

finding_types as (

    select * from {{ ref('finding_types') }}

),

found as (

    select * from {{ ref('found_records') }}

    union all

    -- What is odd about targets shows in the values of their KPIs, some of which count findings.
    select * from {{ ref('target_findings') }}

    union all

    -- What KPIs are warned of or blocked for is told by what is found, so no KPI may count it.
    select * from {{ ref('gate_findings') }}

),

numbered as (

    select
        *,
        row_number() over (
            partition by finding, table_name, column_name order by record_id nulls last
        ) as sample_number

    from found

),

counted as (

    select
        finding,
        table_name,
        column_name,
        count(*) as record_count,
        sum(amount_at_stake) as amount_at_stake,
        nullif(
            concat_ws(
                ', '
                {%- for sample_number in range(1, 6) %},
                max(case when sample_number = {{ sample_number }} then record_id end)
                {%- endfor %}
            ),
            ''
        ) as sample_record_ids

    from numbered

    group by finding, table_name, column_name

),

final as (

    select
        counted.finding,
        finding_types.severity,
        counted.table_name,
        counted.column_name,
        counted.record_count,
        cast(counted.amount_at_stake as decimal(38, 4)) as amount_at_stake,
        counted.sample_record_ids,
        finding_types.description

    from counted

    left join finding_types
        on counted.finding = finding_types.finding

)

select * from final
