"""A publication says what the one before it told otherwise, and the report says why."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from manifests import write_manifest
from report_pages import published_sample

from ops.publishing.publish import publish
from ops.report.command import write_report

Row = tuple[str, str, str, str, float | None, float | None, float | None, bool]
WIN_RATE: Row = ("win_rate", "quarter", "2026-01-01", "total", 0.5, 5, 10, True)


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """A manifest of the values and the settings."""
    return write_manifest(
        tmp_path / "manifest.json", ("marts", "dim_settings"), ("kpis", "kpi_values")
    )


def built(folder: Path, *rows: Row, raw_schema: str = "raw_crm") -> Path:
    """A working file with some values."""
    database = folder / "working.duckdb"
    database.unlink(missing_ok=True)
    with duckdb.connect(database) as connection:
        connection.execute(
            f"""
            create schema marts;
            create schema kpis;
            create schema {raw_schema};
            create table marts.dim_settings as select timestamp '2026-04-01' as as_of;
            create table {raw_schema}.loads as select 'load' as load_id;
            create table kpis.kpi_values (
                kpi_id varchar, period_grain varchar, period_start date, period_end date,
                dimension varchar, part varchar, part_label varchar, value double,
                numerator double, denominator double, is_complete boolean
            )
            """
        )
        for kpi_id, grain, start, dimension, *values in rows:
            connection.execute(
                "insert into kpis.kpi_values values (?, ?, ?, date '2026-04-01', ?, 'all', 'All', "
                "?, ?, ?, ?)",
                [kpi_id, grain, start, dimension, *values],
            )
    return database


def changes(published: Path) -> list[tuple[object, ...]]:
    with duckdb.connect(published, read_only=True) as connection:
        return connection.execute(
            "select kpi_id, period_grain, value_before, value, numerator_before, numerator, "
            "was_complete from quality.changed_values"
        ).fetchall()


def test_a_value_told_otherwise_is_a_change(tmp_path: Path, manifest: Path) -> None:
    target = tmp_path / "published.duckdb"
    publish(built(tmp_path, WIN_RATE), target, manifest)
    assert changes(target) == []
    publish(built(tmp_path, (*WIN_RATE[:4], 0.6, 6, 10, True)), target, manifest)
    assert changes(target) == [("win_rate", "quarter", 0.5, 0.6, 5, 6, True)]
    publish(built(tmp_path, (*WIN_RATE[:4], 0.6, 6, 10, True)), target, manifest)
    assert changes(target) == []


def test_what_became_known_or_unknown_is_a_change(tmp_path: Path, manifest: Path) -> None:
    target = tmp_path / "published.duckdb"
    unknown: Row = (*WIN_RATE[:4], None, 0, 0, False)
    publish(built(tmp_path, unknown), target, manifest)
    publish(built(tmp_path, WIN_RATE), target, manifest)
    assert changes(target) == [("win_rate", "quarter", None, 0.5, 0, 5, False)]


@pytest.mark.parametrize(
    "row",
    [
        pytest.param((*WIN_RATE[:4], 0.5 + 1e-12, 5, 10, True), id="noise of sums"),
        pytest.param(("win_rate", "quarter", "2026-04-01", "total", 1, 1, 1, False), id="new"),
        pytest.param(("win_rate", "quarter", "2026-01-01", "team", 1, 1, 1, True), id="a slice"),
        pytest.param(("win_rate", "day", "2026-01-01", "total", 1, 1, 1, True), id="a day"),
    ],
)
def test_what_is_no_change(tmp_path: Path, manifest: Path, row: Row) -> None:
    target = tmp_path / "published.duckdb"
    publish(built(tmp_path, WIN_RATE), target, manifest)
    publish(built(tmp_path, row), target, manifest)
    assert changes(target) == []


def test_the_sample_is_not_compared_with_landed_data(tmp_path: Path, manifest: Path) -> None:
    target = tmp_path / "published.duckdb"
    publish(built(tmp_path, WIN_RATE, raw_schema="sample_crm"), target, manifest)
    publish(built(tmp_path, (*WIN_RATE[:4], 0.6, 6, 10, True)), target, manifest)
    assert changes(target) == []


def test_the_report_tells_which_part_moved_a_number(repository: Path, tmp_path: Path) -> None:
    """Two wins more among as many decided deals: all of the change is theirs."""
    first = published_sample(repository, tmp_path)
    page = write_report(first, tmp_path / "first.html").read_text()
    assert "this is the first publication of these data" in page

    older = tmp_path / "older.duckdb"
    shutil.copyfile(first, older)
    key = (
        "kpi_id = 'win_rate' and period_grain = 'quarter' and period_start = '2026-04-01' "
        "and dimension = 'total'"
    )
    with duckdb.connect(older) as connection:
        (won, decided) = connection.execute(
            f"select numerator, denominator from kpis.kpi_values where {key}"
        ).fetchone()
        connection.execute(
            f"update kpis.kpi_values set numerator = {won - 2}, value = {(won - 2) / decided} "
            f"where {key}"
        )
    older.replace(first)
    second = published_sample(repository, tmp_path)
    page = write_report(second, tmp_path / "second.html").read_text()
    assert "1 number of the whole company told otherwise" in page
    assert f"won deals {won - 2:.0f} to {won:.0f} (+{2 / decided * 100:.1f} pts)" in page
