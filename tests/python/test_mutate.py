"""Mutants are the small errors they are said to be, and tests are seen to notice them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from ops.mutation.calls import MacroCalls
from ops.mutation.models import Model, UnitTest, over_relations, read_macros, split_fixtures
from ops.mutation.operators import BODY, Macro, Query
from ops.mutation.report import (
    KnownError,
    Review,
    Reviewed,
    Trial,
    changed_lines,
    is_good_enough,
    model_lines,
    read_known_errors,
    read_review,
    score,
    shortfalls,
)
from ops.mutation.trials import INVALID, KILLED, SURVIVED, UnitTrials, multiset
from ops.warehouse import WarehouseError

TYPES = {
    "deals": {
        "deal_id": "VARCHAR",
        "owner_id": "VARCHAR",
        "created_owner_id": "VARCHAR",
        "created_date": "DATE",
        "closed_date": "DATE",
        "amount": "DECIMAL(18,4)",
        "amount_plan": "DECIMAL(18,4)",
        "is_won": "BOOLEAN",
    }
}


def mutants(select: str) -> dict[str, list[str]]:
    """Selects that are made of one, by the operator that made them."""
    found: dict[str, list[str]] = {}
    for mutant in Query(select).mutants(TYPES):
        assert mutant.cte == BODY
        found.setdefault(mutant.operator, []).append(mutant.after.removeprefix("SELECT "))
    return found


@pytest.mark.parametrize(
    ("select", "operator", "expected"),
    [
        ("select a < b", "comparison", ["a <= b", "a >= b"]),
        ("select a >= b", "comparison", ["a > b", "a < b"]),
        ("select a is distinct from b", "comparison", ["a <> b", "a IS NOT DISTINCT FROM b"]),
        ("select a and b and c", "dropped_condition", ["(b AND c)", "(a AND c)", "(a AND b)"]),
        ("select a or b", "and_or", ["(a AND b)"]),
        ("select not a is null", "negation", ["a IS NULL"]),
        ("select a in (1, 2)", "negation", ["NOT (a IN (1, 2))"]),
        ("select a in (1, 2)", "dropped_element", ["a IN (2)", "a IN (1)"]),
        ("select 1 from t where a", "dropped_filter", ["1 FROM t"]),
        ("select 1 from t where a or b", "negated_filter", ["1 FROM t WHERE NOT (a OR b)"]),
        ("select count(*) filter (where a)", "dropped_filter", ["COUNT(*)"]),
        ("select sum(a)", "aggregate", ["MAX(a)"]),
        ("select min(a)", "aggregate", ["MAX(a)"]),
        ("select count(distinct a)", "distinct", ["COUNT(a)"]),
        ("select count(a)", "distinct", ["COUNT(DISTINCT a)"]),
        ("select a / nullif(b, 0)", "dropped_nullif", ["a / (b)"]),
        ("select a / b", "swapped_operands", ["((b) / a)"]),
        ("select coalesce(a, b)", "dropped_coalesce", ["(b)", "(a)"]),
        ("select a - b", "arithmetic", ["(a + b)"]),
        (
            "select a from t left join u on t.x = u.x",
            "join_kind",
            ["a FROM t INNER JOIN u ON t.x = u.x"],
        ),
        ("select a union all select b", "distinct", ["a UNION SELECT b"]),
        ("select a union all select b", "dropped_branch", ["a", "b"]),
        ("select distinct a", "distinct", ["a"]),
        (
            "select case when a then b else c end",
            "dropped_case",
            ["c", "b", "CASE WHEN a THEN b END"],
        ),
        ("select 7", "literal", ["8"]),
        ("select 1", "literal", ["2", "0"]),
        ("select 'won'", "literal", ["'won_'"]),
        ("select true", "literal", ["FALSE"]),
        ("select interval '1' day", "literal", ["INTERVAL '2' DAY"]),
        ("select date_trunc('month', a)", "date_unit", ["DATE_TRUNC('QUARTER', a)"]),
        ("select cast(a as date)", "dropped_cast", ["(a)"]),
        (
            "select lag(a) over (partition by b order by c)",
            "dropped_partition_key",
            ["LAG(a) OVER (ORDER BY c)"],
        ),
        (
            "select sum(a) over (order by b rows between 1 preceding and current row)",
            "window_frame",
            ["SUM(a) OVER (ORDER BY b)"],
        ),
        (
            "select a, b, sum(c) as c from t group by a, b",
            "dropped_group_key",
            [
                "MAX(a) AS a, b, SUM(c) AS c FROM t GROUP BY b",
                "a, MAX(b) AS b, SUM(c) AS c FROM t GROUP BY a",
            ],
        ),
        (
            "select a from t group by grouping sets ((a), (b))",
            "dropped_grouping_set",
            ["a FROM t GROUP BY GROUPING SETS ((b))", "a FROM t GROUP BY GROUPING SETS ((a))"],
        ),
    ],
)
def test_operators_make_the_errors_they_are_named_for(
    select: str, operator: str, expected: list[str]
) -> None:
    """Each operator gives its mutants, all of them and no other."""
    assert mutants(select)[operator] == expected


def test_columns_give_way_to_others_of_their_kind() -> None:
    """A date to a date, an amount to an amount, an owner to an owner; never what is passed on."""
    found = mutants("select closed_date, sum(amount) as amount from deals group by 1")
    assert found["column"] == ["closed_date, SUM(amount_plan) AS amount FROM deals GROUP BY 1"]
    found = mutants("select 1 from deals where closed_date < '2025-01-01' and owner_id = 'u1'")
    assert {text.partition("WHERE ")[2] for text in found["column"]} == {
        "created_date < '2025-01-01' AND owner_id = 'u1'",
        "closed_date < '2025-01-01' AND created_owner_id = 'u1'",
    }


def test_mutants_are_made_once_and_leave_the_query_alone() -> None:
    """The same mutants in the same order each time, none of them the query itself."""
    sql = "with a as (select x, count(*) as n from t where x > 1 group by x) select * from a"
    query = Query(sql)
    first, written = list(query.mutants({})), query.sql()
    assert list(query.mutants({})) == first
    assert query.sql() == written
    texts = Counter(query.sql({mutant.cte: mutant.after}) for mutant in first)
    assert texts.most_common(1)[0][1] == 1
    assert written not in texts


def test_macros_are_called_and_not_taken_apart(repository: Path) -> None:
    """What a tested macro wrote is one call, whose arguments are mutated once."""
    macro = Macro("twice", ("value_",), "value_ + value_")
    query = Query("select (a * b) + (a * b), a + b", [macro])
    assert query.sql() == "SELECT TWICE((a * b)), a + b"
    with duckdb.connect() as connection:
        connection.execute(macro.definition)
        rows = connection.execute("select twice(a * b) from (select 2 as a, 3 as b)").fetchall()
    assert rows == [(12,)]


def test_a_call_may_name_what_its_model_set() -> None:
    measured = (
        "{% macro measured(rows, attributes) %}{{ attributes | join(' ') }} of {{ rows }}"
        "{% endmacro %}"
    )
    calls = MacroCalls({"measured": {"macro_sql": measured}}, {"deals": "marts.deals"})
    model = """
        {%- set attributes = ['rep', 'region'] -%}
        with measured as ( {{ measured(ref('deals'), attributes=attributes) }} )
    """
    assert list(calls.mutants(model, lambda relation: ())) == [
        ("measured", "attributes", "region of marts.deals"),
        ("measured", "attributes", "rep of marts.deals"),
    ]


def test_macros_are_written_out_over_their_parameters() -> None:
    """A macro that dispatches to the engine is written out as DuckDB gets it."""
    sources = {
        "is_listed_in": "{% macro is_listed_in(m, l) %}{{ l }} like {{ m }}{% endmacro %}",
        "round_to_decimal": "{% macro round_to_decimal(e) %}round({{ e }}){% endmacro %}",
        "read_date": "{% macro read_date(c) %}local_date({{ c }}, zone){% endmacro %}",
        "read_number": "{% macro read_number(c, t) %}number({{ c }}, {{ t }}){% endmacro %}",
        "multiply_money": "{% macro multiply_money(a, b) %}{{ a }} * {{ b }}{% endmacro %}",
        "to_instant": "{% macro to_instant(d, z) %}instant_at({{ d }}, {{ z }}){% endmacro %}",
        "to_business_date": "{% macro to_business_date(i, z) %}"
        "{{ adapter.dispatch('local')(i, z) }}{% endmacro %}",
        "default__local": "{% macro default__local(i, z) %}day_at({{ i }}, {{ z }}){% endmacro %}",
        "a_test": "{% test a_test(model) %}select 1{% endtest %}",
    }
    manifest = {
        "macros": {f"macro.sales_kpis.{name}": {"macro_sql": sql} for name, sql in sources.items()}
    }
    macros = {macro.name: macro for macro in read_macros(manifest)}
    assert macros["read_date"].parameters == ("text_", "zone")
    written = {name: macro.sql for name, macro in macros.items()}
    assert written["to_business_date"] == "day_at(instant_, time_zone_)"
    assert written["multiply_money"] == "amount_ * factor_"
    assert written["read_money"] == "number(text_, decimal(18, 4))"


def test_fixtures_are_cut_from_the_query() -> None:
    """Parentheses in texts and comments do not end a fixture."""
    sql = """with
     __dbt__cte__deals as (
    -- Fixture for deals :)
    select cast(')' as text) as "stage" union all select ('(')
    ), won as (select * from __dbt__cte__deals) select * from won"""
    fixtures, query = split_fixtures(sql)
    assert list(fixtures) == ["deals"]
    assert fixtures["deals"].strip().endswith("select ('(')")
    assert query == "with won as (select * from __dbt__cte__deals) select * from won"
    only = "with __dbt__cte__deals as (select 1) select * from __dbt__cte__deals"
    assert split_fixtures(only)[1] == "select * from __dbt__cte__deals"


def test_the_query_of_a_unit_test_is_put_over_the_relations() -> None:
    """Every input, as often as it stands there, by the schema of its model."""
    sql = "select * from __dbt__cte__deals union all select * from __dbt__cte__dim_periods"
    nodes = [{"name": "deals", "schema": "crm"}, {"name": "dim_periods", "schema": "marts"}]
    assert over_relations(sql, nodes) == (
        'select * from "sample"."crm"."deals" '
        'union all select * from "sample"."marts"."dim_periods"'
    )


SQL = """with

deals as (

    select * from "sample"."marts"."deals"

),

final as (

    select sum(amount) as amount from deals where is_won

)

select * from final"""


def model_with(*tests: UnitTest) -> Model:
    """A model that sums the won deals, and its unit tests."""
    return Model(
        name="won",
        layer="kpis",
        schema="kpis",
        path="models/kpis/won.sql",
        code=SQL.replace('"sample"."marts"."deals"', "{{ ref('deals') }}"),
        sql=SQL,
        parents=("deals",),
        unit_tests=tests,
    )


def unit_test(rows: str) -> UnitTest:
    """A unit test over some deals."""
    return UnitTest(
        name="won__adds_up",
        fixtures={"deals": f"select * from (values {rows}) as deals (amount, is_won)"},
        query=SQL.replace('"sample"."marts"."deals"', "__dbt__cte__deals"),
        columns=("amount",),
        expected="",
    )


def outcomes(model: Model) -> dict[str, str]:
    """What becomes of each mutant of a model: its changed part and its status."""
    query = Query(model.sql)
    found = list(query.mutants({}))
    trials = UnitTrials(model, query, found, {}, ())
    try:
        return {
            mutant.after: trials.attempt(number, mutant).status
            for number, mutant in enumerate(found)
        }
    finally:
        trials.close()


def test_a_mutant_dies_when_a_unit_test_sees_other_rows() -> None:
    """Two won deals and a lost one notice a maximum, an average and a filter left out."""
    results = outcomes(model_with(unit_test("(1.0, true), (2.0, true), (4.0, false)")))
    assert set(results.values()) == {KILLED}
    assert len(results) >= 4


def test_a_mutant_survives_a_test_that_cannot_see_it() -> None:
    """One won deal cannot tell a sum from a maximum."""
    results = outcomes(model_with(unit_test("(1.0, true)")))
    survivors = [after for after, status in results.items() if status == SURVIVED]
    assert any("MAX(amount)" in after for after in survivors)
    assert not any("NOT" in after for after in survivors)


def test_a_mutant_that_the_database_refuses_does_not_count() -> None:
    """A text added to a number is no error that anyone could build."""
    model = model_with(unit_test("(1.0, true)"))
    query = Query(model.sql)
    mutant = replace(next(query.mutants({})), cte="final", after="final AS (SELECT nothing)")
    trials = UnitTrials(model, query, [mutant], {}, ())
    assert trials.attempt(0, mutant).status == INVALID


def test_rows_are_compared_without_order_and_type() -> None:
    """Ten digits of a number count, and how often a row stands there."""
    assert multiset([(1, "a"), (2, None)]) == multiset([(2.0, None), (1.00000000000001, "a")])
    assert multiset([(1,), (1,)]) != multiset([(1,)])
    assert multiset([(True,)]) != multiset([(1,)])


def test_a_mutant_is_shown_by_its_lines() -> None:
    """The lines that differ, and the line of the model's file."""
    mutant = next(each for each in Query(SQL).mutants({}) if "MAX(amount)" in each.after)
    assert changed_lines(mutant) == ("SUM(amount) AS amount", "MAX(amount) AS amount")
    lines = model_lines(model_with())
    assert model_with().code.splitlines()[lines[mutant.line] - 1].strip().startswith("select sum")


def trial(status: str, layer: str = "kpis", model: str = "won", removed: str = "a") -> Trial:
    """A trial of a mutant."""
    return Trial(model, layer, "won.sql", 1, "final", "literal", status, removed=removed, added="b")


def test_scores_leave_out_what_changes_nothing() -> None:
    """Equivalent and refused mutants do not count, neither for nor against."""
    result = score([trial(KILLED)] * 3 + [trial(SURVIVED), trial("equivalent"), trial(INVALID)])
    assert result.rate == 0.75
    assert score([]).rate is None


def test_a_weak_model_falls_short_among_strong_ones() -> None:
    """A KPI model below 90 % fails, however good the layer is."""
    strong = [trial(KILLED, model="strong")] * 1000
    weak = [trial(KILLED, model="weak")] * 8 + [trial(SURVIVED, model="weak")]
    assert shortfalls(strong) == []
    assert [text.partition(":")[0] for text in shortfalls(strong + weak)] == ["weak"]
    crm = [trial(KILLED, "crm")] * 8 + [trial(SURVIVED, "crm")]
    assert [text.partition(":")[0] for text in shortfalls(crm)] == ["crm"]


def test_only_a_weak_model_of_the_kpis_needs_the_sample() -> None:
    """The sample is asked where unit tests alone leave a KPI model below its score."""
    weak = [trial(KILLED)] * 8 + [trial(SURVIVED)]
    assert not is_good_enough(weak)
    assert is_good_enough([*weak, trial(KILLED)])
    assert is_good_enough([replace(each, layer="crm") for each in weak])
    assert is_good_enough([])


def test_a_review_covers_a_mutant_as_often_as_it_says() -> None:
    """What the review does not name stays a survivor, what it names in vain is reported."""
    review = Review([Reviewed("no ties", ("won",), "final", "a", "b", times=1)])
    assert review.reason_for(trial(SURVIVED, removed="other")) is None
    assert review.unmet(["won"]) == ["won, final: 'a' -> 'b'"]
    assert review.reason_for(trial(SURVIVED)) == "no ties"
    assert review.reason_for(trial(SURVIVED)) is None
    assert review.unmet(["won"]) == []


def test_the_review_and_the_known_errors_can_be_read() -> None:
    """Every reviewed mutant has a reason, every known error a test named for it."""
    assert all(entry.reason for entry in read_review().entries)
    errors = read_known_errors()
    assert len({error.name for error in errors}) == len(errors)
    assert all(error.killed_by.startswith((f"{error.model}__", "assert_")) for error in errors)


def test_a_review_of_another_form_is_refused(tmp_path: Path) -> None:
    """The message names the file."""
    file = tmp_path / "review.yml"
    file.write_text("- reason: none\n")
    with pytest.raises(WarehouseError, match=r"review\.yml"):
        read_review(file)


def test_a_known_error_is_planted_once_or_not_at_all() -> None:
    """Line ends do not matter; a text that is gone or stands twice is an error of the file."""
    error = KnownError("late", "Late.", "won", "sum(amount) as amount", "max(amount)", "won__adds")
    assert "select max(amount) from deals" in error.plant(SQL)
    assert error.plant("select sum(amount)\n    as amount") == "select max(amount)"
    with pytest.raises(WarehouseError, match="0 times"):
        error.plant("select 1")
    assert error.complaint(["won__adds", "other"]) is None
    assert "no test" in str(error.complaint([]))
