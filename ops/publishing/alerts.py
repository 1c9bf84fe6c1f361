"""Keeps in the published file which alerts were told, so that a refresh tells none of them again.

An alert is one rule, slice and period; its key holds no day of looking. The log goes from each
published file into the next one, so an alert that went away and came back is not told twice either.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb

from ops.warehouse import WarehouseError, open_read_only

ALERTS = ("reports", "report_alerts")

Told = list[tuple[str, datetime]]
"""Alerts with the moment in which each was first published."""


def told_before(published: Path, data_source: str) -> Told:
    """The log of a published file; empty without one, or when it is of other data."""
    if not published.is_file():
        return []
    try:
        with open_read_only(published) as connection:
            return connection.execute(
                """
                select alert_id, first_told_at from quality.alert_log
                where (select data_source from quality.publication) = ?
                order by alert_id
                """,
                [data_source],
            ).fetchall()
    except (WarehouseError, duckdb.Error):
        return []


def log_alerts(connection: duckdb.DuckDBPyConnection, told: Told, now: datetime) -> int:
    """Writes quality.alert_log beside the alerts of a new file; returns how many are new."""
    connection.execute(
        "create table quality.alert_log (alert_id varchar not null, first_told_at timestamp)"
    )
    if told:
        connection.executemany("insert into quality.alert_log values (?, ?)", told)
    (new,) = connection.execute(
        """
        insert into quality.alert_log
        select alert_id, cast(? as timestamp) from reports.report_alerts
        where alert_id not in (select alert_id from quality.alert_log)
        """,
        [now],
    ).fetchone()
    connection.execute(
        """
        comment on table quality.alert_log is
        'One row per alert that was ever published, and when first; it is told once.'
        """
    )
    return int(new)
