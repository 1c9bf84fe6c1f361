"""An alert is told once: not again by the next refresh, nor when it comes back."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from manifests import write_manifest

from ops.publishing.publish import publish


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """A manifest of the alerts and the settings."""
    return write_manifest(
        tmp_path / "manifest.json", ("marts", "dim_settings"), ("reports", "report_alerts")
    )


def built(folder: Path, alerts: tuple[str, ...], raw_schema: str = "raw_crm") -> Path:
    """A working file with some alerts."""
    database = folder / f"{raw_schema} {' '.join(alerts).replace('/', ' ')}.duckdb"
    database.unlink(missing_ok=True)
    with duckdb.connect(database) as connection:
        connection.execute(
            f"""
            create schema marts;
            create schema reports;
            create schema {raw_schema};
            create table marts.dim_settings as select timestamp '2026-04-01' as as_of;
            create table reports.report_alerts (alert_id varchar);
            create table {raw_schema}.loads as select 'load' as load_id;
            """
        )
        for alert in alerts:
            connection.execute("insert into reports.report_alerts values (?)", [alert])
    return database


def log(published: Path) -> dict[str, object]:
    """Alerts of a published file and when they were first told."""
    with duckdb.connect(str(published), read_only=True) as connection:
        return dict(connection.execute("from quality.alert_log").fetchall())


def test_an_alert_is_told_once(tmp_path: Path, manifest: Path) -> None:
    """The next refresh finds it again and tells only what is new; so does the one after."""
    target = tmp_path / "published.duckdb"
    first = publish(built(tmp_path, ("falls/win_rate",)), target, manifest)
    told = log(target)
    assert (first.new_alerts, set(told)) == (1, {"falls/win_rate"})
    again = publish(built(tmp_path, ("falls/win_rate",)), target, manifest)
    assert (again.new_alerts, log(target)) == (0, told)
    more = publish(built(tmp_path, ("falls/win_rate", "thin/coverage")), target, manifest)
    assert more.new_alerts == 1
    assert log(target)["falls/win_rate"] == told["falls/win_rate"]


def test_an_alert_that_comes_back_is_not_told_again(tmp_path: Path, manifest: Path) -> None:
    """The log keeps what is no alert any more."""
    target = tmp_path / "published.duckdb"
    publish(built(tmp_path, ("behind/bookings",)), target, manifest)
    assert publish(built(tmp_path, ()), target, manifest).new_alerts == 0
    assert publish(built(tmp_path, ("behind/bookings",)), target, manifest).new_alerts == 0


def test_alerts_of_the_sample_say_nothing_of_landed_data(tmp_path: Path, manifest: Path) -> None:
    """Each kind of data has a log of its own."""
    target = tmp_path / "published.duckdb"
    publish(built(tmp_path, ("falls/win_rate",), "sample_crm"), target, manifest)
    landed = publish(built(tmp_path, ("falls/win_rate",)), target, manifest)
    assert landed.new_alerts == 1
