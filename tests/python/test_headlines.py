"""The printed headlines and findings: right quarter, readable values, nothing left out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest
from rich.console import Console
from typer.testing import CliRunner

from ops.publishing.headlines import (
    Headline,
    app,
    format_interval,
    format_status,
    format_value,
    print_headlines,
    quarter_name,
    read_findings,
    read_headlines,
)
from ops.warehouse import WarehouseError


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A published file with a running quarter, a newest complete one and the one before."""
    database = tmp_path / "sales_kpis.duckdb"
    with duckdb.connect(database) as connection:
        connection.execute(
            """
            create schema marts;
            create schema kpis;
            create schema quality;
            create table quality.publication as
            select
                'sample' as data_source,
                'sample' as load_id,
                timestamp '2026-05-10 12:00:00' as as_of;
            create table marts.dim_settings as select 'EUR' as corporate_currency;
            create table kpis.kpi_catalog as
            select * from (
                values
                    ('win_rate', 'Win rate', 'ratio', 'headline', 'available', null),
                    ('bookings', 'Bookings', 'money', 'headline', 'available', null),
                    ('nps', 'Net promoter score', 'points', 'headline', 'input_missing',
                        'survey_responses'),
                    ('close_rate', 'Close rate', 'ratio', 'standard', 'available', null)
            ) as catalog (kpi_id, label, unit, tier, availability, missing_inputs);
            create table kpis.kpi_values as
            select
                kpi_id,
                period_grain,
                period_start,
                cast(period_start + interval 3 month as date) as period_end,
                dimension,
                'all' as part,
                cast(value as double) as value,
                0.5 as prior_value,
                1234 as sample_size,
                case when kpi_id = 'win_rate' then 0.25 end as ci_low,
                case when kpi_id = 'win_rate' then 0.75 end as ci_high,
                'ok' as value_status,
                'on_target' as status,
                period_start < date '2026-04-01' as is_complete
            from (
                values
                    ('win_rate', 'quarter', date '2025-10-01', 'total', 0.1),
                    ('win_rate', 'quarter', date '2026-01-01', 'total', 0.2),
                    ('win_rate', 'quarter', date '2026-01-01', 'rep', 0.3),
                    ('win_rate', 'month', date '2026-03-01', 'total', 0.4),
                    ('win_rate', 'quarter', date '2026-04-01', 'total', 0.6),
                    ('bookings', 'quarter', date '2026-01-01', 'total', 1234567.8),
                    ('close_rate', 'quarter', date '2026-01-01', 'total', 0.7)
            ) as kpi_values (kpi_id, period_grain, period_start, dimension, value);
            create table quality.findings as
            select * from (
                values
                    ('user_without_deals', 'info', 'users', 'user_id', 9, null, 'u1, u2', ''),
                    ('overdue_open_deal', 'warning', 'opportunities', 'amount', 7, 900, 'd', 'Add'),
                    ('unmapped_stage', 'error', 'opportunities', 'stage', 1, 5, 'd2, d3', 'Map it'),
                    ('negative_amount', 'error', 'opportunities', null, 2, 50, null, 'Correct')
            ) as findings (
                finding,
                severity,
                table_name,
                column_name,
                record_count,
                amount_at_stake,
                sample_record_ids,
                description
            );
            """
        )
    return database


def headline(**changes: object) -> Headline:
    values = {
        "label": "Win rate",
        "unit": "ratio",
        "value": 0.5,
        "prior_value": None,
        "sample_size": 10,
        "ci_low": 0.25,
        "ci_high": 0.75,
        "value_status": "ok",
        "status": "no_target",
    }
    return Headline(**(values | changes))


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (0.5565, "ratio", "55.6%"),
        (1.014, "ratio", "101.4%"),
        (-0.04, "ratio", "-4.0%"),
        (1234567.8, "money", "1,234,568 EUR"),
        (26738.6, "money_per_day", "26,739 EUR a day"),
        (1234.0, "count", "1,234"),
        (3.456, "times", "3.46x"),
        (75.42, "days", "75.4 days"),
        (23.94, "points", "+23.9 points"),
        (-12.0, "points", "-12.0 points"),
        (1.5, "fte_days", "1.50 fte days"),
        (0.0, "ratio", "0.0%"),
        (None, "money", "–"),
    ],
)
def test_values_are_written_in_their_unit(value, unit, expected) -> None:
    assert format_value(value, unit, "EUR") == expected


def test_an_interval_needs_both_ends() -> None:
    assert format_interval(headline(), "EUR") == "25.0% to 75.0%"
    assert format_interval(headline(ci_high=None), "EUR") == "–"


@pytest.mark.parametrize(
    ("value_status", "status", "expected"),
    [
        ("ok", "on_target", "on target"),
        ("ok", "off_target", "off target"),
        ("ok", "no_target", "no target"),
        ("not_covered", "no_target", "not covered"),
        ("provisional", "on_target", "provisional"),
    ],
)
def test_a_doubtful_value_says_so_before_its_target(value_status, status, expected) -> None:
    shown = format_status(headline(value_status=value_status, status=status))

    assert shown.plain == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [(date(2026, 1, 1), "2026 Q1"), (date(2025, 4, 1), "2025 Q2"), (date(2025, 10, 1), "2025 Q4")],
)
def test_quarters_are_named_by_their_first_day(start, expected) -> None:
    assert quarter_name(start) == expected


def test_headlines_are_totals_of_the_newest_complete_quarter(published: Path) -> None:
    headlines = read_headlines(published)

    assert headlines.period_start == date(2026, 1, 1)
    assert [(row.label, row.value) for row in headlines.rows] == [
        ("Bookings", pytest.approx(1234567.8)),
        ("Net promoter score", None),
        ("Win rate", pytest.approx(0.2)),
    ]
    assert headlines.rows[1].value_status == "input_missing"


def test_the_command_prints_period_source_values_and_findings(published: Path) -> None:
    result = CliRunner().invoke(app, ["--database", str(published), "--findings"])

    assert result.exit_code == 0
    assert (
        "Headline KPIs, 2026 Q1 (2026-01-01 to 2026-03-31), sample company, "
        "as of 2026-05-10 12:00 UTC" in result.stdout
    )
    for text in ("1,234,568 EUR", "20.0%", "25.0% to 75.0%", "1,234", "on target"):
        assert text in result.stdout
    assert "needs survey_responses" in result.stdout
    assert "Close rate" not in result.stdout
    assert "unmapped stage: Map it" in result.stdout
    assert "Add" not in result.stdout


def test_findings_come_gravest_and_dearest_first(published: Path) -> None:
    assert [(severity, finding) for severity, finding, *_ in read_findings(published)] == [
        ("error", "negative_amount"),
        ("error", "unmapped_stage"),
        ("warning", "overdue_open_deal"),
        ("info", "user_without_deals"),
    ]


def test_no_complete_quarter_is_said_in_one_line(published: Path) -> None:
    with duckdb.connect(published) as connection:
        connection.execute("update kpis.kpi_values set is_complete = false")

    result = CliRunner().invoke(app, ["--database", str(published)])

    assert result.exit_code == 0
    assert result.stdout.strip() == (
        "Headline KPIs: no quarter is complete as of 2026-05-10, sample company"
    )


def test_a_quarter_without_numbers_gives_way_to_the_last_one_that_has_some(published: Path) -> None:
    newest = read_headlines(published).period_start
    with duckdb.connect(published) as connection:
        connection.execute(
            """
            insert into kpis.kpi_values by name
            select * replace (
                cast(period_start + interval 3 month as date) as period_start,
                cast(period_end + interval 3 month as date) as period_end,
                cast(0 as double) as value
            )
            from kpis.kpi_values
            where period_start = ? and is_complete
            """,
            [newest],
        )

    assert read_headlines(published).period_start == newest


def test_a_file_that_is_not_published_is_one_sentence(tmp_path: Path) -> None:
    database = tmp_path / "other.duckdb"
    duckdb.connect(database).close()

    with pytest.raises(WarehouseError, match="not a published warehouse"):
        read_headlines(database)

    result = CliRunner().invoke(app, ["--database", str(database)])
    assert result.exit_code == 1
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_label_with_brackets_is_printed_as_it_stands(published: Path, capsys) -> None:
    with duckdb.connect(published) as connection:
        connection.execute("update kpis.kpi_catalog set label = 'Win rate [new]'")

    print_headlines(published, Console(width=140))

    assert "Win rate [new]" in capsys.readouterr().out
