"""The static check of what DuckDB and Spark have in common."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ops.spark.portable import LONGEST_VIEW, Model, check, constructs

OUTSIDE = {
    "select a from t qualify row_number() over (order by a) = 1": "QUALIFY",
    "select a::integer as a from t": "cast with ::",
    "select * exclude (a) from t": "* EXCLUDE, REPLACE or RENAME",
    "select * replace (a + 1 as a) from t": "* EXCLUDE, REPLACE or RENAME",
    "select a from t union all by name select b from u": "set operation BY NAME",
    "with recursive r as (select 1 as a union all select a + 1 from r) select a from r": (
        "recursive CTE"
    ),
    "select a at time zone 'UTC' as a from t": "AT TIME ZONE",
    "select t.a from t asof join u on t.a >= u.a": "ASOF or POSITIONAL join",
    "select sum(a) filter (where b) over (order by c) as a from t": "FILTER inside a window",
    "select last_value(a ignore nulls) over (order by b) as a from t": "IGNORE NULLS",
    "select row_number() over () as n from t": "row_number without an order",
    "select row_number() over (partition by a) as n from t": "row_number without an order",
    "select sum(a) over (order by d range between 7 preceding and current row) as s from t": (
        "RANGE frame over values"
    ),
    "select percentile_cont(0.5) within group (order by a) as m from t": (
        "percentile of something that is not cast to double"
    ),
    "select a // 2 as a from t": "integer division //",
    "select cast(a as varchar) as a from t": "type varchar",
    "select cast(a as timestamptz) as a from t": "type timestamptz",
    "select arg_max(a, b) as a from t": "function arg_max",
    "select median(a) as a from t": "function median",
    "select strftime(d, '%Y') as y from t": "function strftime",
    "select concat(a, b) as a from t": "function concat",
    "select string_agg(a, ',' order by a) as a from t": "function string_agg",
    "select unnest(a) as a from t": "function unnest",
    "select current_timestamp as now": "current date or instant",
    "select a from t where d < current_date": "current date or instant",
    "select now() as now": "function now",
    "select regexp_replace(a, 'b', 'c') as a from t": "function regexp_replace",
    'select "a" from t': 'quoted name "a"',
    "select 'it''s' as a": "quote or backslash in a text",
    "select '\\n' as a": "quote or backslash in a text",
    "select [1, 2] as a": "list literal",
    "select {'b': 1} as a": "struct or map literal",
    "select a from": "text that does not parse",
}

INSIDE = (
    "select sum(a) filter (where b is not null) as a, count(distinct c) as c from t",
    "select a, row_number() over (partition by a order by b nulls last) as n from t",
    "select sum(a) over (order by b rows between 2 preceding and current row) as a from t",
    "select percentile_cont(0.5) within group (order by cast(a as double)) as m from t",
    "select a from t group by grouping sets ((a), (a, b))",
    "select cast(a as string) as a, cast(b as decimal(18, 4)) as b, cast(c as date) as c from t",
    "select max_by(a, b) as a, concat_ws('/', a, b) as c, split_part(a, ',', 1) as d from t",
    "select a from t where d >= date '2026-01-01' and e is distinct from f",
    "select lag(a) over w as a from t window w as (partition by b order by c)",
    "select a from (values (1), (2)) as numbers (a)",
    "select coalesce(a, b) as a, nullif(c, 0) as c, greatest(a, b) as g from t",
)


@pytest.mark.parametrize(("sql", "name"), OUTSIDE.items())
def test_names_what_only_one_engine_reads(sql: str, name: str) -> None:
    assert any(construct.name.startswith(name) for construct in constructs(sql)), sql


@pytest.mark.parametrize("sql", INSIDE)
def test_is_silent_about_what_both_engines_read(sql: str) -> None:
    assert list(constructs(sql)) == []


def test_names_the_file_and_each_construct_once() -> None:
    found = check(
        [Model("models/a.sql", "select a::date, b::date from t"), Model("models/b.sql", "select 1")]
    )
    assert found == ["models/a.sql: cast with ::; write cast(x as type)"]


def test_names_texts_that_a_model_casts_itself() -> None:
    compiled = "select try_cast(a as date) as a from t"
    by_hand = Model("models/a.sql", compiled, compiled)
    by_macro = Model("models/b.sql", compiled, "select {{ read_as('a', 'date') }} as a from t")
    assert check([by_hand, by_macro]) == [
        "models/a.sql: try_cast of a text; write the macro read_as"
    ]


def test_names_contract_types_of_one_engine() -> None:
    kept = ("bigint", "string", "decimal(18, 4)", "double", "date", "timestamp", "boolean")
    model = Model("models/a.sql", "select 1 as a", data_types=(*kept, "HUGEINT", "varchar(10)"))
    assert check([model]) == [
        "models/a.sql: contract type hugeint; write decimal(38, 0)",
        "models/a.sql: contract type varchar; write string",
    ]


def test_names_windows_that_spark_does_not_find_inside_of_a_view() -> None:
    sql = "select sum(a) over w as a from t window w as (partition by b order by c)"
    table, view = Model("models/a.sql", sql), Model("models/b.sql", sql, is_view=True)
    assert check([table, view]) == [
        "models/b.sql: named window in a view; write a table, or the window where it is used"
    ]
    long = f"select '{'a' * LONGEST_VIEW}' as a"
    assert check([replace(table, sql=long)]) == []
    assert check([replace(view, sql=long)]) == [
        "models/b.sql: view of more than 32,000 characters; write a table on Spark"
    ]
