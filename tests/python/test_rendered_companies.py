"""A company is the same, whichever CRM and loader it comes through, as far as they carry it."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import pytest

from ops.landing.contract import Table, load_contract
from ops.landing.land import LoadReport, land
from ops.simulate.company import simulate
from ops.simulate.crm.render import CRMS, Loader, loaders_of, render
from ops.simulate.parameters import Parameters
from ops.simulate.write import write_files
from ops.warehouse import WarehouseError, quoted

SHAPES = [(crm, loader) for crm in CRMS for loader in loaders_of(crm)]


@dataclass
class Landed:
    """A landed folder: its report and the rows of its tables."""

    report: LoadReport
    database: Path

    def tables(self) -> set[str]:
        return {table.name for table in self.report.tables if table.is_delivered}

    def filled(self, table: Table) -> list[str]:
        """The columns of a table that hold a value."""
        counts = ", ".join(f"count({quoted(name)})" for name in table.column_names)
        found = self.connection.execute(
            f"select {counts} from raw_crm.{quoted(table.name)}"
        ).fetchone()
        return [name for name, count in zip(table.column_names, found or (), strict=True) if count]

    def rows(self, table: Table, columns: list[str]) -> Counter[tuple[str | None, ...]]:
        """How often each row occurs, its values written in one way."""
        types = {column.name: column.data_type for column in table.columns}
        values = ", ".join(_plain(quoted(name), types[name]) for name in columns)
        return Counter(
            self.connection.execute(f"select {values} from raw_crm.{quoted(table.name)}").fetchall()
        )

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect(self.database, read_only=True)
        connection.execute("set TimeZone = 'UTC'")
        return connection


def _plain(value: str, data_type: str) -> str:
    if data_type == "boolean":
        return f"coalesce(lower({value}), 'false')"
    if data_type in ("date", "timestamp"):
        return f"cast(cast({value} as timestamptz) at time zone 'UTC' as varchar)"
    if data_type.startswith(("decimal", "double", "integer")):
        return f"cast(round(cast({value} as double), 9) as varchar)"
    return value


AT = "2026-01-05 09:00:00"
TOLD = {"performer_id": "USR-010", "contact_id": "CON-000001-1", "created_at": AT}
MAIL = TOLD | {"activity_type": "email", "direction": "outbound", "thread_id": "THR-9"}
# What a simulated company has none of.
MORE: dict[str, list[dict[str, str]]] = {
    "activities": [
        TOLD | {"activity_id": "ACT-9000001", "activity_type": "note", "status": "completed"},
        TOLD | {"activity_id": "ACT-9000002", "activity_type": "chat", "status": "completed"},
        TOLD | {"activity_id": "ACT-9000003", "activity_type": "task", "status": "planned"},
        TOLD | {"activity_id": "ACT-9000004", "activity_type": "call", "status": "planned"},
        MAIL | {"activity_id": "ACT-9000005", "status": "planned"},
        MAIL
        | {"activity_id": "ACT-9000006", "status": "completed", "outcome": "bounced"}
        | {"sent_at": AT, "completed_at": AT},
    ],
    "contacts": [
        {"contact_id": "CON-000001-1", "account_id": "ACC-000001", "email": "a@example.com"}
        | {"phone": "+49 30 1", "full_name": "Ada van Dyk", "title": "Buyer"}
        | {"is_opted_out": "true", "created_at": AT, "updated_at": AT, "is_deleted": "false"},
        {"contact_id": "CON-000001-9", "full_name": "Ada", "master_id": "CON-000001-1"}
        | {"created_at": AT, "updated_at": AT, "is_deleted": "true"},
    ],
    "opportunities": [
        # Without a pipeline, an amount, a history.
        {"opportunity_id": "OPP-9000001", "opportunity_name": "New", "stage": "Prospecting"}
        | {"owner_id": "USR-010", "created_date": AT[:10], "created_at": AT, "updated_at": AT}
        | {"next_step": "Call", "is_deleted": "false"},
    ],
    "opportunity_contact_roles": [
        {"opportunity_id": "OPP-0000001", "contact_id": "CON-000001-1", "is_primary": "false"},
    ],
    "opportunity_field_history": [
        {"event_id": "EVT-9000001", "opportunity_id": "OPP-0000001", "field_name": "currency"}
        | {"old_value": "GBP", "new_value": "USD", "changed_at": "2024-01-09 10:00:00"},
    ],
    "quotas": [
        {"user_id": "USR-010", "period_start": "2026-01-01", "period_end": "2027-01-01"}
        | {"pipeline_id": "renewals", "amount": "1000.00", "currency": "EUR", "updated_at": AT},
    ],
}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    write_files(simulate(Parameters(opportunities=400, has_flaws=False)), folder, "csv")
    for table, rows in MORE.items():
        path = folder / f"{table}.csv"
        columns = list(load_contract().tables[table].column_names)
        if path.exists():
            columns = path.read_text(encoding="utf-8").partition("\n")[0].split(",")
        else:
            path.write_text(",".join(columns) + "\n")
        with path.open("a", encoding="utf-8", newline="") as file:
            csv.DictWriter(file, columns, lineterminator="\n").writerows(rows)
    return folder


@pytest.fixture(scope="module")
def landed(
    company: Path, repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, str], tuple[Landed, Landed]]:
    """The company as a CRM and loader carry it: landed as it is, and through the mapping."""

    def land_both(crm: str, loader: str) -> tuple[Landed, Landed]:
        folder = tmp_path_factory.mktemp(f"{crm}_{loader}")
        render(company, crm, loader, folder / "rendered", folder / "carried")
        mapping = repository / "mappings" / crm
        own = mapping / loader
        carried = land(folder / "carried", None, folder / "carried.duckdb")
        rendered = land(
            folder / "rendered", own if own.is_dir() else mapping, folder / "rendered.duckdb"
        )
        return (
            Landed(carried, folder / "carried.duckdb"),
            Landed(rendered, folder / "rendered.duckdb"),
        )

    return land_both


@pytest.mark.parametrize(("crm", "loader"), SHAPES)
def test_a_company_is_the_same_through_a_crm(
    crm: str, loader: str, landed: Callable[[str, str], tuple[Landed, Landed]]
) -> None:
    carried, rendered = landed(crm, loader)
    assert rendered.tables() == carried.tables()
    contract = load_contract()
    for name in sorted(carried.tables()):
        table = contract.tables[name]
        filled = carried.filled(table)
        extra = set(table.column_names) - set(rendered.report.table(name).missing_columns)
        assert extra <= set(filled), f"{name} is given columns that it cannot have"
        expected, given = carried.rows(table, filled), rendered.rows(table, filled)
        lost, gained = expected - given, given - expected
        assert not lost | gained, (
            f"{name} ({', '.join(filled)}): {lost.total()} rows are lost, such as "
            f"{list(lost)[:2]}, and {gained.total()} are new, such as {list(gained)[:2]}"
        )


@pytest.mark.parametrize(
    ("loader", "name", "expected"),
    [
        (Loader(), "StageName", "StageName"),
        (Loader(naming="fivetran"), "Product2Id", "product_2_id"),
        (Loader(naming="fivetran"), "Loss_Reason__c", "loss_reason_c"),
        (Loader(naming="fivetran"), "CRMNumber", "crm_number"),
        (Loader(naming="dlt"), "Product2Id", "product2_id"),
        (Loader(naming="dlt"), "Loss_Reason__c", "loss_reason__c"),
        (Loader(naming="dlt", names={"User": "sf_user"}), "User", "sf_user"),
        (Loader(names={"id": "key", "deals.id": "deal_id"}), "id", "deal_id"),
        (Loader(naming="dlt", beginnings={"properties_": ""}), "properties_hsSku", "hs_sku"),
    ],
)
def test_a_loader_names_things_in_its_own_way(loader: Loader, name: str, expected: str) -> None:
    assert loader.name_of(name, "deals") == expected


@pytest.mark.parametrize("crm", CRMS)
def test_a_value_that_no_crm_can_hold_is_left_out(crm: str, tmp_path: Path) -> None:
    (tmp_path / "opportunities.csv").write_text(
        "opportunity_id,stage,created_at,amount,currency,expected_close_date\n"
        "OPP-1,Prospecting,2026-01-05 09:00:00,12.5k,EUR,31/02/2026\n"
    )
    assert render(tmp_path, crm, "airbyte", tmp_path / "rendered", tmp_path / "carried")
    carried = tmp_path / "carried" / "opportunities.csv"
    assert duckdb.sql(
        f"select amount, currency, expected_close_date from '{carried}'"
    ).fetchall() == [(None, "EUR", None)]


def test_an_unknown_crm_or_loader_is_refused(company: Path, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="is not a CRM"):
        render(company, "sugar", "dlt", tmp_path)
    with pytest.raises(WarehouseError, match="is not a loader of salesforce"):
        render(company, "salesforce", "pigeon", tmp_path)
