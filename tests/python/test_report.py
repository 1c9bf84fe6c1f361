"""The report: its numbers are those of kpi_values, its texts are texts, what is missing is said."""

from __future__ import annotations

import math
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import altair
import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_pages import Page, published_sample, read_page
from typer.testing import CliRunner

from ops.publishing.refresh import report_published
from ops.report.bundle import bundle
from ops.report.command import app, write_report
from ops.report.decomposition import Lever, effects, product
from ops.report.formats import change, magnitude, period_name, short, tone, verdict
from ops.report.page import VEGA
from ops.report.sparkline import sparkline
from ops.warehouse import WarehouseError

LARGEST = 2_500_000
# A member and a deal can be called anything; what they are called is shown and never run.
NASTY = """</script><img src=x onerror="document.title='run'">{{ 7 * 7 }}'; drop table x --"""


@pytest.fixture(scope="module")
def published(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published_sample(repository, tmp_path_factory.mktemp("published"))


@pytest.fixture(scope="module")
def page(published: Path) -> Page:
    return read_page(write_report(published))


@pytest.fixture
def changed(published: Path, tmp_path: Path) -> Path:
    """A copy of the published sample that a test may change."""
    return Path(shutil.copy(published, tmp_path / "sales_kpis.duckdb"))


def test_every_embedded_number_is_that_of_kpi_values(published: Path, page: Page) -> None:
    columns = page.data["columns"]
    with duckdb.connect(published, read_only=True) as connection:
        rows = connection.execute(f"select {', '.join(columns)} from kpis.kpi_values").fetchall()
    key = ("kpi_id", "period_grain", "period_start", "dimension", "dimension_id", "part")
    known = {}
    for row in rows:
        named = dict(zip(columns, row, strict=True))
        known[tuple(str(named[name]) for name in key)] = named
    assert len(page.records) > 400
    for record in page.records:
        original = known[tuple(record[name] for name in key)]
        for name in columns:
            is_text = isinstance(original[name], date)
            expected = original[name].isoformat() if is_text else original[name]
            assert record[name] == (
                float(expected) if name == "target_value" and expected else expected
            )


def test_every_number_in_the_text_is_the_embedded_one(page: Page) -> None:
    records = page.records
    for place, text in page.numbers:
        shown = page.data["numbers"][place]["text"]
        value = records[place]["value"]
        assert text, records[place]
        # The long text and the short one are of the same number.
        assert leading(text) == pytest.approx(leading(shown), rel=0.006, abs=0.06)
        assert value is not None


def leading(text: str) -> float:
    """The number that a text begins with: 2.07M USD, 2,066,379 USD, −3.9, 55.7 %."""
    word = text.split()[0].partition("/")[0].replace(",", "").replace("−", "-").replace("×", "")
    sizes = {"bn": 1e9, "M": 1e6, "k": 1e3, "x": 1}
    for letters, size in sizes.items():
        if word.endswith(letters):
            return float(word.removesuffix(letters)) * size
    return float(word.rstrip("%"))


def test_charts_draw_the_embedded_numbers(page: Page) -> None:
    records, drawn = page.records, Counter()
    for name, spec in page.data["charts"].items():
        for row in (row for rows in spec["datasets"].values() for row in rows):
            if "v" not in row or name in ("calls", "stages"):
                continue
            amount = row["end"] if "end" in row else row["value"]
            assert amount == records[row["v"]]["value"], name
            drawn[name] += 1
    assert {"why-bookings", "waterfall", "coverage", "win-rate", "attainment", "nps"} <= set(drawn)


def drawn_rows(page: Page, name: str) -> list[dict]:
    """The rows of a chart; other layers draw some of them."""
    return max(page.data["charts"][name]["datasets"].values(), key=len)


def test_stages_draw_numerators_and_denominators(page: Page) -> None:
    rows = drawn_rows(page, "stages")
    assert len(rows) == 4
    for row in rows:
        record = page.records[row["v"]]
        assert (row["value"], row["target"]) == (record["numerator"], record["denominator"])


def test_steps_of_a_bridge_add_up(page: Page) -> None:
    for name in ("why-bookings", "why-velocity", "waterfall"):
        rows = drawn_rows(page, name)
        first, *steps, last = rows
        total = first["end"] + sum(row["end"] - row["start"] for row in steps)
        assert total == pytest.approx(last["end"], rel=1e-9), name


def test_charts_obey_the_schema_of_vega_lite(page: Page) -> None:
    assert len(page.data["charts"]) >= 18
    for spec in page.data["charts"].values():
        altair.LayerChart.from_dict(spec, validate=True)


def test_the_page_is_one_file_without_a_way_out(published: Path, page: Page) -> None:
    assert (published.parent / "report.html").stat().st_size < LARGEST
    sources = [named[key] for _, named in page.tags for key in ("src", "href") if named.get(key)]
    assert sources and all(source.startswith("#") for source in sources)
    policy = next(named for tag, named in page.tags if named.get("http-equiv"))["content"]
    assert "default-src 'none'" in policy


def test_every_link_of_the_page_leads_somewhere(page: Page) -> None:
    places = {named["id"] for _, named in page.tags if "id" in named}
    targets = {named["href"][1:] for tag, named in page.tags if tag == "a"}
    assert targets <= places
    assert (
        Counter(named.get("id") for _, named in page.tags if named.get("id")).most_common(1)[0][1]
        == 1
    )


def test_sql_behind_numbers_runs_and_finds_their_rows(published: Path, page: Page) -> None:
    right: Counter[str] = Counter()
    wrong: dict[str, tuple[int, int]] = {}
    with duckdb.connect(published, read_only=True) as connection:
        for record in page.records:
            sql = page.data["sql"][record["kpi_id"]]
            if record["period_start"] != page.data["values"][0][2]:
                continue
            (found,) = connection.execute(
                f"select value from ({filled(sql['value'], record)})"
            ).fetchone() or (None,)
            assert found == record["value"]
            template = sql["rows"].get(record["dimension"])
            if template is None or not record["is_complete"]:
                if sql["parts"]:
                    assert connection.execute(filled(sql["parts"], record)).fetchall()
                continue
            (rows,) = connection.execute(
                f"select count(*) from ({filled(template, record)})"
            ).fetchone()
            if rows == record["sample_size"]:
                right[record["kpi_id"]] += 1
            elif record["dimension"] == "total":
                wrong[record["kpi_id"]] = (rows, record["sample_size"])
    # These are counted from every row of their relation; others count some of the rows only.
    assert {
        "calls_made",
        "nrr",
        "pipeline_coverage",
        "pipeline_value__open_count",
        "revenue_growth_rate",
        "stage_conversion_rate",
        "total_revenue",
        "win_rate",
    } <= set(right)
    assert right["win_rate"] >= 20
    assert "win_rate" not in wrong


def test_the_rows_of_bookings_add_up_to_them(published: Path, page: Page) -> None:
    template = page.data["sql"]["bookings"]["rows"]["total"]
    records = [
        record
        for record in page.records
        if record["kpi_id"] == "bookings" and record["dimension"] == "total"
    ]
    assert len(records) >= 8
    with duckdb.connect(published, read_only=True) as connection:
        for record in records:
            (amount,) = connection.execute(
                f"select sum(credited_amount_corporate) from ({filled(template, record)})"
            ).fetchone()
            assert float(amount) == pytest.approx(record["value"], abs=0.01)


def filled(template: str, record: dict) -> str:
    """The SQL with the key of a number in it."""
    key = {
        "grain": record["period_grain"],
        "start": record["period_start"],
        "end": record["period_end"],
        "measured_at": record["measured_at"] or record["period_end"],
        "dimension": record["dimension"],
        "dimension_id": record["dimension_id"],
        "part": record["part"],
    }
    for name, text in key.items():
        template = template.replace("{" + name + "}", "'" + text.replace("'", "''") + "'")
    return template


def test_names_are_shown_and_never_run(changed: Path) -> None:
    with duckdb.connect(changed) as connection:
        for relation, column in (
            ("kpis.kpi_values", "dimension_value"),
            ("marts.fct_opportunities", "opportunity_name"),
            ("marts.dim_members", "dimension_value"),
            ("quality.rejected_rows", "reason"),
            ("kpis.kpi_catalog", "definition"),
        ):
            connection.execute(f"update {relation} set {column} = {column} || ?", [NASTY])
    page = read_page(write_report(changed))

    assert 'onerror="document.title' in page.text, "the name is shown as it is"
    assert not [tag for tag, _ in page.tags if tag in ("img", "iframe", "object", "base", "link")]
    assert sum(tag == "script" for tag, _ in page.tags) == 3
    assert "49" not in page.text.partition("onerror")[2][:60]
    assert page.html.count("</script>") == 3


def test_missing_inputs_are_explained(changed: Path) -> None:
    with duckdb.connect(changed) as connection:
        connection.execute("delete from kpis.kpi_values where kpi_id like 'nps%'")
        connection.execute("delete from kpis.kpi_values where kpi_id like 'quota%'")
        connection.execute(
            "update kpis.kpi_catalog set availability = 'input_missing', "
            "missing_inputs = 'survey_responses' where kpi_id like 'nps%'"
        )
        connection.execute("drop schema reports cascade")
    page = read_page(write_report(changed))

    assert "nps" not in page.data["charts"]
    assert "Net promoter score needs survey_responses" in page.text
    assert "waterfall" not in page.data["charts"]
    assert "attainment" not in page.data["charts"]


def test_reports_are_shown_where_the_file_holds_them(changed: Path) -> None:
    with duckdb.connect(changed) as connection:
        connection.execute("create schema if not exists reports")
        for name, row in PLANTED.items():
            connection.execute(f"create or replace table reports.report_{name} as {row}")
    page = read_page(write_report(changed))

    assert "2 broken rules in the last month" in page.text
    assert "Win rate, pace to its target" in page.text and "80 %" in page.text
    assert "fewer deals are qualified" in page.text
    assert "Half of 2026 Q2 was booked by day 46." in page.text
    assert "The one in the middle made 85 % of the quota." in page.text
    assert "1 customer with two signals or more, paying 1,200 USD a month" in page.text
    assert drawn_rows(page, "triangle")[0]["note"] == "88"
    assert {"linearity", "bands", "triangle"} <= set(page.data["charts"])

    with duckdb.connect(changed) as connection:
        for name in PLANTED:
            connection.execute(f"drop table reports.report_{name}")
    page = read_page(write_report(changed))
    assert "What needs attention" not in page.text
    assert not {"linearity", "bands", "triangle"} & set(page.data["charts"])


PLANTED = {
    "alerts": """
        select * from (values
            ('a1', 'deviation', 'win_rate', 0.3, 0.5, -2.5),
            ('a2', 'pace', 'win_rate', 0.4, 0.8, null)
        ) as alerts (alert_id, kind, kpi_id, value, expected_value, z_score)
        cross join (
            select 'quarter' as period_grain, date '2026-04-01' as period_start,
                date '2026-07-01' as period_end, 'total' as dimension, 'all' as dimension_id,
                'sales_operations' as owner, 'look at the stages' as diagnostic,
                date '2026-07-01' as alerted_on
        )""",
    "diagnoses": """
        select 'r1' as rule_id, 'quarter' as period_grain, 'team' as dimension,
            'TEAM-04' as dimension_id, 'Enterprise' as dimension_value,
            'fewer deals are qualified' as hypothesis, 'sit in on calls' as action""",
    "linearity_curve": """
        select date '2026-04-01' as quarter_start, true as is_complete, i as day_of_quarter,
            i / 91.0 as cumulative_share, i / 91.0 as even_share, i as cumulative_amount
        from range(1, 92) as days (i)""",
    "attainment_distribution": """
        select date '2026-04-01' as quarter_start, 'total' as dimension, 'all' as dimension_id,
            5 as sellers, 1 as under_50, 1 as from_50_to_79, 1 as from_80_to_99,
            1 as from_100_to_119, 1 as from_120, 0.85 as median_attainment,
            0.4 as top_fifth_share""",
    "retention_triangle": """
        select date '2026-01-01' as cohort_month, 3 as age_months, date '2026-04-01' as month_start,
            8 as cohort_customers, 6 as customers, 800.0 as cohort_mrr, 700.0 as mrr""",
    "customers_at_risk": """
        select date '2026-07-01' as measured_date, 'ACC-1' as account_id, 'USR-021' as owner_id,
            'TEAM-04' as team_id, 1200.0 as mrr_corporate, date '2026-08-01' as due_date,
            true as is_silent, true as is_unhappy, false as is_due, false as is_shrinking,
            2 as signal_count, 'call them' as next_step""",
}


def test_a_company_without_a_complete_period_has_a_page_too(changed: Path) -> None:
    with duckdb.connect(changed) as connection:
        connection.execute("delete from kpis.kpi_values where is_complete")
    page = read_page(write_report(changed))
    assert "No quarter and no month is complete yet" in page.text
    with duckdb.connect(changed) as connection:
        connection.execute("delete from kpis.kpi_values")
    assert not read_page(write_report(changed)).records


def test_a_manager_gets_a_page_of_the_teams_people(published: Path, tmp_path: Path) -> None:
    written = write_report(published, member="team=TEAM-04")
    page = read_page(written)
    assert written.name == "report_team_TEAM-04.html"
    assert {record["dimension_id"] for record in page.records if record["dimension"] == "team"} == {
        "TEAM-04"
    }
    assert "total" not in {record["dimension"] for record in page.records}
    sellers = {record["dimension_id"] for record in page.records if record["dimension"] == "rep"}
    with duckdb.connect(published, read_only=True) as connection:
        own = connection.execute(
            "select distinct user_id from marts.fct_quota_sellers where team_id = 'TEAM-04'"
        ).fetchall()
    assert sellers and sellers <= {user for (user,) in own}
    by_name = write_report(published, tmp_path / "named.html", "team=north america enterprise")
    assert read_page(by_name).data["values"] == page.data["values"]


def test_every_member_of_every_dimension_has_a_page(published: Path, tmp_path: Path) -> None:
    with duckdb.connect(published, read_only=True) as connection:
        members = connection.execute(
            "select dimension, min(dimension_id), max(dimension_id) from kpis.kpi_values "
            "where dimension <> 'total' group by all"
        ).fetchall()
    assert len(members) > 8
    for dimension, *ids in members:
        for member in ids:
            written = write_report(published, tmp_path / "member.html", f"{dimension}={member}")
            records = read_page(written).records
            of_others = {"rep"} if dimension == "team" else set()
            assert {record["dimension"] for record in records} <= {dimension, *of_others}


def test_a_refresh_ends_with_the_report(published: Path, tmp_path: Path, capsys) -> None:
    report_published(published)
    assert capsys.readouterr().out.startswith("report: ")
    other = tmp_path / "other.duckdb"
    duckdb.connect(other).close()
    report_published(other)
    assert "the file is published, but no report" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ("team=TEAM-99", "no such team"),
        ("planet=Mars", "no such dimension"),
        ("TEAM-04", "write a dimension and a member"),
    ],
)
def test_an_unknown_member_is_named(published: Path, wanted: str, reason: str) -> None:
    result = CliRunner().invoke(app, ["--database", str(published), "--for", wanted])
    assert result.exit_code == 1
    assert reason in result.stderr


def test_what_is_no_published_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "other.duckdb"
    with pytest.raises(WarehouseError, match="does not exist"):
        write_report(file)
    duckdb.connect(file).close()
    with pytest.raises(WarehouseError, match="not a published warehouse"):
        write_report(file)
    assert list(tmp_path.glob("*.html")) == []


def test_the_bundle_is_what_altair_speaks() -> None:
    pytest.importorskip("vl_convert")
    assert VEGA.read_text(encoding="utf-8") == bundle(), "run: python -m ops.report.bundle"


def test_the_worked_example_of_a_decomposition() -> None:
    levers = [Lever("volume", 10, 12), Lever("rate", 0.2, 0.25), Lever("size", 100, 90)]
    parts = effects(levers)
    assert parts == pytest.approx([42.5269, 52.0488, -24.5756], abs=1e-3)
    assert math.fsum(parts) == pytest.approx(70, abs=1e-9)


@pytest.mark.parametrize(
    ("levers", "expected"),
    [
        ([Lever("a", 0, 2), Lever("b", 5, 5)], [10, 0]),
        ([Lever("a", 2, 0), Lever("b", 5, 10)], [-15, 5]),
        ([Lever("a", 4, 4), Lever("b", 2, 1, exponent=-1)], [0, 2]),
        ([Lever("a", 4, 4), Lever("b", 0, 1, exponent=-1)], None),
    ],
)
def test_levers_of_zero(levers: list[Lever], expected: list[float] | None) -> None:
    assert effects(levers) == (None if expected is None else pytest.approx(expected))


amounts = st.floats(0.01, 1e6)


@given(st.lists(st.tuples(amounts, amounts, st.sampled_from([1, -1])), min_size=1, max_size=4))
def test_parts_add_up(drawn: list[tuple[float, float, int]]) -> None:
    levers = [Lever("lever", *each) for each in drawn]
    before, after = (product(levers, [is_after] * len(levers)) for is_after in (False, True))
    assert math.fsum(effects(levers)) == pytest.approx(
        after - before, rel=1e-6, abs=1e-9 * max(before, after)
    )


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "money", "–"),
        (2_066_378.87, "money", "2.07M USD"),
        (999_960.0, "money", "1.00M USD"),
        (28_315.3, "money", "28.3k USD"),
        (9_994.4, "money", "9,994 USD"),
        (1.25e9, "money", "1.25bn USD"),
        (-132_587.7, "money", "−132.6k USD"),
        (26_797.0, "money_per_day", "26.8k USD/day"),
        (68_300.0, "money per seller", "68.3k USD/seller"),
        (0.5572, "ratio", "55.7 %"),
        (1.2424, "times", "1.24×"),
        (23.94, "points", "+23.9"),
        (75.36, "days", "75.4 days"),
        (1187, "count", "1,187"),
    ],
)
def test_values_are_short(value: float | None, unit: str, text: str) -> None:
    assert short(value, unit, "USD") == text


def test_changes_are_in_points_or_percent() -> None:
    assert change(0.557, 0.484, "ratio") == "+7.3 pts"
    assert change(120.0, 100.0, "money") == "+20.0 %"
    assert change(20.0, 24.0, "points") == "−4.0 pts"
    assert change(1.0, 0.0, "money") is None
    assert change(None, 1.0, "ratio") is None


def test_better_is_what_the_direction_says() -> None:
    assert verdict(2, 1, "higher") == "better"
    assert verdict(2, 1, "lower") == "worse"
    assert verdict(-0.1, 0.3, "zero") == "better"
    assert (
        verdict(2, 1, "context")
        == verdict(1, 1, "higher")
        == verdict(None, 1, "lower")
        == "neutral"
    )


def test_a_change_that_is_written_as_zero_is_neither_better_nor_worse() -> None:
    assert tone(change(0.5, 0.50001, "ratio"), 0.5, 0.50001, "higher") == "neutral"
    assert tone(change(0.5, 0.6, "ratio"), 0.5, 0.6, "higher") == "worse"
    assert tone(None, 2.0, 0.0, "higher") == "neutral"


def test_open_cohorts_are_not_held_against_decided_ones(page: Page) -> None:
    row = page.html.partition('id="all-decision"')[2]
    row = row.partition(">Close rate</a>")[2].partition("</tr>")[0]
    assert "too much of the cohort is still open" in row
    assert "better" not in row and "worse" not in row


def test_small_things() -> None:
    assert magnitude(0) == "0"
    assert period_name("quarter", date(2026, 4, 1)) == "2026 Q2"
    assert period_name("month", date(2026, 5, 1)) == "May 2026"
    assert sparkline([1.0]) is None and sparkline([None, None, 2.0]) is None
    drawing = sparkline([1.0, None, 3.0, 2.0], 2.5, "<b>")
    assert "M4.0 26.0 M125.3 4.0 L" in drawing and "<b>" not in drawing
    assert sparkline([2.0, 2.0]) is not None
