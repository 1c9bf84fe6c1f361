"""Several sources in one warehouse: their keys, currencies and settings never meet unnoticed."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from oracle.reading import read_folder
from oracle.warehouse import Project, Warehouse

from ops.landing.combine import ONE_LIST
from ops.landing.contract import load_contract
from ops.landing.files import LandingError
from ops.landing.land import LoadReport, land
from ops.landing.source_rows import SHARED_NAMES, is_key
from ops.simulate.company import simulate
from ops.simulate.crm.render import render
from ops.simulate.parameters import Parameters
from ops.simulate.write import write_files

Rows = Sequence[Mapping[str, Any]]


class Company:
    """A folder with sources.yml, raw folders and a landed file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "landed.duckdb"

    def say(self, text: str) -> Company:
        (self.folder / "sources.yml").write_text(text)
        return self

    def put(self, name: str, text: str) -> Company:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return self

    def table(self, name: str, rows: Rows) -> Company:
        """A raw table as CSV: crm/opportunities."""
        path = (self.folder / name).with_suffix(".csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)
        return self

    def land(self) -> LoadReport:
        return land(self.folder / "sources.yml", None, self.database)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(duckdb.connect(self.database, read_only=True)) as connection:
            connection.execute("set schema = 'raw_crm'; set TimeZone = 'UTC'")
            return connection.execute(query).fetchall()


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path).say("sources:\n  east: {raw: east}\n  west: {raw: west}\n")


def deal(number: int, **values: str) -> dict[str, str]:
    return {
        "opportunity_id": f"O{number}",
        "stage": "Closed Won",
        "created_date": "2026-01-05",
        "closed_date": "2026-02-05",
        "amount": "100",
        **values,
    }


# ---------------------------------------------------------------- keys


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """One simulated company that comes as two sources, with every table of the contract."""
    company = Company(tmp_path_factory.mktemp("twice"))
    write_files(
        simulate(Parameters(opportunities=200, has_flaws=False)), company.folder / "a", "csv"
    )
    company.say("sources:\n  east: {raw: a}\n  west: {raw: a}\n").land()
    return company


def test_keys_of_two_sources_never_meet(twice: Company) -> None:
    contract = load_contract()
    checked = 0
    for table in contract.deliverable.values():
        for column in filter(is_key, table.column_names):
            if table.name in ONE_LIST or (table.name == "targets" and column == "scope_id"):
                continue
            counts = dict(
                twice.rows(
                    f"select split_part({column}, ':', 1), count(*) from {table.name} "
                    f"where {column} is not null group by 1"
                )
            )
            if counts and column != "scope_id":
                assert counts.keys() == {"east", "west"}, (table.name, column)
                assert counts["east"] == counts["west"], (table.name, column)
                checked += 1
    assert checked > 80


def test_each_reference_of_the_models_is_a_key() -> None:
    text = Path("models/quality/record_references.sql").read_text()
    references = [
        [part.strip(" '") for part in line.strip().strip("(),").split(",")]
        for line in text.splitlines()
        if line.strip().startswith("('")
    ]
    assert len(references) > 40
    for _, record_id, column, _ in references:
        assert is_key(record_id) or record_id in SHARED_NAMES
        assert is_key(column) or column in ("old_value", "new_value")


def test_every_row_lands_and_each_deal_names_its_source(twice: Company) -> None:
    single = Company(twice.folder / "single_landed")
    single.folder.mkdir()
    report = land(twice.folder / "a", None, single.database)
    once = {table.name: table.row_count for table in report.tables if table.is_delivered}
    for name, rows in once.items():
        (found,) = twice.rows(f"select count(*) from {name}")[0]
        if name in ("targets", "decisions"):
            (whole,) = single.rows(
                f"select count(*) from {name} where scope_type in ('rep', 'team', 'product')"
            )[0]
            assert found == 2 * whole, name
        elif name in ONE_LIST or name == "exchange_rates":
            assert found == rows, name
        elif name == "opportunity_custom_fields":
            continue
        else:
            assert found == 2 * rows, name
    assert twice.rows(
        "select value, count(*) = (select count(distinct opportunity_id) from opportunities) / 2 "
        "from opportunity_custom_fields where field = 'source' group by value order by value"
    ) == [("east", True), ("west", True)]


def test_logged_owners_pipelines_and_performers_are_keys_of_their_source(company: Company) -> None:
    for source in ("east", "west"):
        company.table(
            f"{source}/opportunities", [deal(1, pipeline_id=""), deal(2, pipeline_id="P")]
        )
        company.table(
            f"{source}/opportunity_field_history",
            [
                {
                    "opportunity_id": "O1",
                    "field_name": field,
                    "old_value": "1",
                    "new_value": "2",
                    "changed_at": "2026-01-06 00:00:00",
                    "changed_by": "U1",
                }
                for field in ("owner_id", "amount", "pipeline_id")
            ],
        )
    company.land()
    assert company.rows(
        "select field_name, old_value, new_value, changed_by from opportunity_field_history "
        "where opportunity_id like 'west:%' order by field_name"
    ) == [
        ("amount", "1", "2", "west:U1"),
        ("owner_id", "west:1", "west:2", "west:U1"),
        ("pipeline_id", "west:1", "west:2", "west:U1"),
    ]
    assert company.rows("select distinct pipeline_id from opportunities order by 1") == [
        ("east:P",),
        ("east:default",),
        ("west:P",),
        ("west:default",),
    ]


def test_stages_of_every_pipeline_are_stages_of_each_pipeline_of_their_source(
    company: Company,
) -> None:
    stage = {"stage": "1", "stage_order": "1", "is_closed": "false", "is_won": "false"}
    company.table("east/opportunities", [deal(1, pipeline_id="P", stage="1")])
    company.table("east/stages", [{**stage, "stage_name": "Meeting"}])
    company.table("west/opportunities", [deal(1, pipeline_id="P", stage="1")])
    company.table(
        "west/stages",
        [
            {**stage, "stage_name": "Signed", "pipeline_id": "P", "is_won": "true"},
            {**stage, "stage_name": "Open", "pipeline_id": ""},
        ],
    )
    company.land()
    assert company.rows("select pipeline_id, stage_name from stages order by all") == [
        ("east:P", "Meeting"),
        ("east:default", "Meeting"),
        ("west:P", "Open"),
        ("west:P", "Signed"),
        ("west:default", "Open"),
    ]


# ---------------------------------------------------------------- currencies


def test_amounts_without_currency_are_in_that_of_their_source(company: Company) -> None:
    company.say(
        "company: company\nsources:\n"
        "  east: {raw: east}\n  west: {raw: west, mapping: west_mapping}\n"
    )
    company.put("company/settings.yml", "corporate_currency: USD\n")
    company.put("west_mapping/settings.yml", "corporate_currency: EUR\n")
    company.table("east/opportunities", [deal(1), deal(2, currency="GBP")])
    company.table("west/opportunities", [deal(1), deal(2, currency="GBP")])
    company.table(
        "west/quotas",
        [{"user_id": "U", "period_start": "2026-01-01", "period_end": "2026-04-01", "amount": "9"}],
    )
    company.table(
        "west/market_sizes",
        [
            {
                "market_id": "M",
                "period_start": "2026-01-01",
                "period_end": "2027-01-01",
                "total_value": "9",
            }
        ],
    )
    company.table(
        "west/exchange_rates",
        [
            {"currency": "USD", "rate_date": "2026-01-01", "rate": "0.8"},
            {"currency": "GBP", "rate_date": "2026-01-01", "rate": "1.2"},
            {"currency": "USD", "rate_date": "2026-02-01", "rate": "0.5"},
            {"currency": "GBP", "rate_date": "2026-03-01", "rate": "1.5"},
        ],
    )
    report = company.land()
    assert company.rows("select opportunity_id, currency from opportunities order by 1") == [
        ("east:O1", None),
        ("east:O2", "GBP"),
        ("west:O1", "EUR"),
        ("west:O2", "GBP"),
    ]
    assert company.rows("select user_id, currency from quotas") == [("west:U", "EUR")]
    # A euro is one over 0.8 dollars, a pound 1.2 euros; each holds until the next of either.
    rates = company.rows("select currency, rate_date, rate::decimal(9, 4) from exchange_rates")
    assert sorted(rates) == [
        ("EUR", "2026-01-01", Decimal("1.25")),
        ("EUR", "2026-02-01", Decimal("2")),
        ("GBP", "2026-01-01", Decimal("1.5")),
        ("GBP", "2026-02-01", Decimal("2.4")),
        ("GBP", "2026-03-01", Decimal("3")),
    ]
    assert company.rows("select count(*) from market_sizes") == [(0,)]
    assert any(f.startswith("market_sizes: left out 1 rows of west") for f in report.findings)


def test_the_source_with_the_currency_of_the_company_says_what_others_are_worth(
    company: Company,
) -> None:
    company.say(
        "company: company\nsources:\n"
        "  west: {raw: west, mapping: west_mapping}\n  east: {raw: east}\n"
    )
    company.put("company/settings.yml", "corporate_currency: USD\n")
    company.put("west_mapping/settings.yml", "corporate_currency: EUR\n")
    for source in ("east", "west"):
        company.table(f"{source}/opportunities", [deal(1)])
    company.table(
        "east/exchange_rates",
        [
            {"currency": "EUR", "rate_date": "2026-01-01", "rate": "1.1"},
            {"currency": "GBP", "rate_date": "2026-01-01", "rate": "1.3"},
        ],
    )
    company.table(
        "west/exchange_rates",
        [
            {"currency": "USD", "rate_date": "2026-01-01", "rate": "0.5"},
            {"currency": "GBP", "rate_date": "2026-01-01", "rate": "9"},
            {"currency": "CHF", "rate_date": "2026-01-01", "rate": "0.9"},
        ],
    )
    company.land()
    assert sorted(company.rows("select currency, rate::decimal(9, 4) from exchange_rates")) == [
        ("CHF", Decimal("0.99")),
        ("EUR", Decimal("1.1")),
        ("GBP", Decimal("1.3")),
    ]


def test_a_currency_without_a_rate_is_said_and_the_company_may_bring_rates(
    company: Company,
) -> None:
    company.say(
        "company: company\nsources:\n"
        "  east: {raw: east}\n  west: {raw: west, mapping: west_mapping}\n"
    )
    company.put("company/settings.yml", "corporate_currency: USD\n")
    company.put("west_mapping/settings.yml", "corporate_currency: EUR\n")
    company.table("east/opportunities", [deal(1)]).table("west/opportunities", [deal(1)])
    company.table(
        "west/exchange_rates", [{"currency": "GBP", "rate_date": "2026-01-01", "rate": "1.2"}]
    )
    report = company.land()
    assert any("west: counts in EUR, which has no rate to USD" in f for f in report.findings)
    company.table(
        "company/exchange_rates", [{"currency": "EUR", "rate_date": "2026-01-01", "rate": "1.1"}]
    )
    report = company.land()
    assert company.rows("select currency, rate from exchange_rates") == [("EUR", "1.1")]
    assert not any("which has no rate" in f for f in report.findings)
    assert any("exchange_rates: left out 1 rows of west" in f for f in report.findings)


# ---------------------------------------------------------------- settings, gaps, refusals


def test_settings_in_which_sources_differ_are_the_companys_to_say(company: Company) -> None:
    company.say("sources:\n  east: {raw: east}\n  west: {raw: west, mapping: west_mapping}\n")
    company.put("west_mapping/settings.yml", "fiscal_year_start_month: 2\n")
    company.table("east/opportunities", [deal(1)]).table("west/opportunities", [deal(1)])
    with pytest.raises(LandingError, match=r"fiscal_year_start_month is 1 in east, 2 in west; say"):
        company.land()
    company.say("company: company\n" + (company.folder / "sources.yml").read_text())
    company.put("company/settings.yml", "fiscal_year_start_month: 4\n")
    company.land()
    assert company.rows("select parameter, value from settings") == [
        ("fiscal_year_start_month", "4")
    ]


def test_the_company_knows_what_all_extracts_know(company: Company) -> None:
    for source, day, covered in (("east", "03", "2025-01-01"), ("west", "02", "2024-06-01")):
        company.table(f"{source}/opportunities", [deal(1)])
        company.put(
            f"{source}/manifest.yml",
            f"extracted_at: 2026-04-{day}T00:00:00Z\ncoverage_from: {covered}\n",
        )
    company.land()
    assert company.rows(
        "select extracted_at, coverage_from from loads where table_name = 'opportunities'"
    ) == [("2026-04-02 00:00:00", "2024-06-01")]


def test_what_one_source_lacks_is_said(company: Company) -> None:
    company.table("east/opportunities", [deal(1)]).table("west/opportunities", [deal(1)])
    company.table("west/accounts", [{"account_id": "A", "account_name": "A"}])
    company.table("west/leads", [{"lead_id": "L", "created_at": "2026-01-01 00:00:00"}])
    company.table("west/opportunities", [deal(1, loss_reason="Price")])
    report = company.land()
    assert (
        "east: brings no leads, opportunities.loss_reason; what is counted from them holds the "
        "other sources alone"
    ) in report.findings


def test_lines_that_cannot_be_read_are_kept_with_their_source(company: Company) -> None:
    company.table("east/opportunities", [deal(1)])
    company.put(
        "west/opportunities.csv",
        "opportunity_id,stage,created_date\nO1,Won,2026-01-01\nO2,Won,2026-01-01,more,and,more\n",
    )
    company.land()
    assert company.rows("select source_file, line_number from rejected_lines") == [
        ("west/opportunities.csv", "3")
    ]
    assert company.rows("select opportunity_id, _source_file from opportunities order by 1") == [
        ("east:O1", "east/opportunities.csv"),
        ("west:O1", "west/opportunities.csv"),
    ]


def test_the_same_sources_landed_again_are_the_same_load(company: Company) -> None:
    company.table("east/opportunities", [deal(1)]).table("west/opportunities", [deal(1)])
    first = company.land()
    again = company.land()
    assert (again.load_id, again.is_new) == (first.load_id, False)
    company.table("west/opportunities", [deal(1), deal(2)])
    assert company.land().load_id != first.load_id


def test_a_source_may_be_a_database(company: Company) -> None:
    company.table("east/opportunities", [deal(1)])
    with closing(duckdb.connect(company.folder / "crm.duckdb")) as connection:
        connection.execute(
            "create table opportunities as select 'O1' as opportunity_id, 'Won' as stage, "
            "date '2026-01-01' as created_date"
        )
    company.say("sources:\n  east: {raw: east}\n  west: {raw: crm.duckdb}\n").land()
    assert company.rows("select opportunity_id from opportunities order by 1") == [
        ("east:O1",),
        ("west:O1",),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "source:\n  a: {raw: east}\n",
            r"sources.yml:1: source is not known; use company, sources",
        ),
        ("sources: []\n", r"sources.yml:1: sources does not list any"),
        ("sources:\n  East: {raw: east}\n", r"sources.yml:2: 'East' cannot be the name"),
        ("sources:\n  east: {}\n", r"sources.yml:2: east does not say where its raw data are"),
        ("sources:\n  east: {raw: east, map: m}\n", r"sources.yml:2: map is not known; use raw"),
        ("sources:\n  east: {raw: [east]}\n", r"sources.yml:2: raw is not the path of a folder"),
        (
            "company: none\nsources:\n  east: {raw: east}\n",
            r"sources.yml:1: .*none is not a folder",
        ),
        ("sources:\n  east: {raw: nowhere}\n", r"^east: .*nowhere: the raw folder does not exist"),
        ("sources:\n  company: {raw: east}\n", r"sources.yml:2: 'company' cannot be the name"),
        (
            "sources:\n  east: {raw: postgresql://me:secret@host/crm}\n",
            r"^east: RAW: the address holds a password",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(company: Company, text: str, reason: str) -> None:
    company.table("east/opportunities", [deal(1)])
    with pytest.raises(LandingError, match=reason) as refusal:
        company.say(text).land()
    assert "secret" not in str(refusal.value)
    assert not company.database.exists()


def test_a_custom_field_called_source_is_refused(company: Company) -> None:
    company.table("east/opportunities", [deal(1)]).table("west/opportunities", [deal(1)])
    company.table(
        "west/opportunity_custom_fields",
        [{"opportunity_id": "O1", "field": "Source", "value": "web"}],
    )
    with pytest.raises(
        LandingError, match=r"west/opportunity_custom_fields.csv: a custom field is"
    ):
        company.land()


def test_names_that_the_company_shares_are_no_keys() -> None:
    assert {"region_id", "segment_id", "product_family_id", "kpi_id", "market_id"} == SHARED_NAMES


# ---------------------------------------------------------------- the whole warehouse

HUBSPOT_WON = {"2026-02-10": 1000.0, "2026-03-20": 500.5, "2026-05-05": 250.25}


def hubspot_files(company: Company) -> None:
    """A portal that counts in euros, whose closed deals stand in no other list of stages."""
    deals = [
        {
            "deal_id": number,
            "deal_pipeline_id": "default",
            "deal_pipeline_stage_id": "1001",
            "owner_id": 7,
            "property_dealname": f"Deal {number}",
            "property_amount": amount,
            "property_closedate": f"{day} 12:00:00",
            "property_createdate": "2026-01-05 09:00:00",
            "is_deleted": False,
        }
        for number, (day, amount) in enumerate(HUBSPOT_WON.items(), start=1)
    ]
    stage = {"pipeline_id": "default", "stage_id": "1001", "label": "Signed", "display_order": 9}
    company.put("hubspot/deal.jsonl", "".join(f"{json.dumps(deal)}\n" for deal in deals))
    company.put(
        "hubspot/deal_pipeline_stage.jsonl",
        json.dumps({**stage, "is_closed": True, "probability": 1.0}) + "\n",
    )


@pytest.fixture(scope="module")
def built(
    repository: Path, project: Project, tmp_path_factory: pytest.TempPathFactory
) -> Warehouse:
    """A Salesforce organisation that counts in dollars and a HubSpot portal that does in euros."""
    company = Company(tmp_path_factory.mktemp("acquired"))
    write_files(
        simulate(Parameters(opportunities=200, has_flaws=False)), company.folder / "own", "csv"
    )
    render(company.folder / "own", "salesforce", "fivetran", company.folder / "salesforce")
    hubspot_files(company)
    mappings = repository / "mappings"
    company.put("hubspot_mapping/options.yml", f"extends: {mappings / 'hubspot'}\n")
    company.put("hubspot_mapping/settings.yml", "corporate_currency: EUR\n")
    company.put("company/settings.yml", "corporate_currency: USD\n")
    company.table(
        "company/exchange_rates",
        [
            {"currency": "EUR", "rate_date": "2024-01-01", "rate": "1.25"},
            {"currency": "GBP", "rate_date": "2024-01-01", "rate": "1.5"},
        ],
    )
    company.say(
        "company: company\nsources:\n"
        f"  salesforce: {{raw: salesforce, mapping: {mappings / 'salesforce'}}}\n"
        "  hubspot: {raw: hubspot, mapping: hubspot_mapping}\n"
    )
    company.land()
    warehouse = Warehouse(project)
    warehouse.build_landed(company.database, read_folder(repository / "seeds" / "reference"))
    return warehouse


def test_bookings_by_source_add_up_to_the_total(built: Warehouse) -> None:
    rows = built.connection.execute(
        "select period_grain, period_start, "
        "sum(value) filter (dimension = 'total') as total, "
        "sum(value) filter (dimension = 'custom_source') as by_source, "
        "count(*) filter (dimension = 'custom_source' and value <> 0) as sources "
        "from kpis.kpi_values where kpi_id = 'bookings' "
        "and dimension in ('total', 'custom_source') and part = 'all' and value is not null "
        "group by all having count(*) filter (dimension = 'custom_source') > 0"
    ).fetchall()
    assert len(rows) > 20
    assert sum(sources == 2 for *_, sources in rows) >= 5
    for grain, start, total, by_source, _ in rows:
        assert round(Decimal(total), 2) == round(Decimal(by_source), 2), (grain, start)


def test_bookings_of_a_source_are_its_own_at_the_rate_of_the_company(built: Warehouse) -> None:
    found = dict(
        built.connection.execute(
            "select strftime(period_start, '%Y-%m'), value from kpis.kpi_values "
            "where kpi_id = 'bookings' and period_grain = 'month' and value > 0 "
            "and dimension = 'custom_source' and dimension_id = 'hubspot'"
        ).fetchall()
    )
    assert found == {day[:7]: amount * 1.25 for day, amount in HUBSPOT_WON.items()}


def test_deals_of_both_sources_lead_to_their_rows(built: Warehouse) -> None:
    assert built.connection.execute(
        "select split_part(opportunity_id, ':', 1) as source, "
        "json_extract_string(custom_fields, '$.source') = source as is_told, count(*) > 2 "
        "from marts.fct_opportunities group by all order by 1"
    ).fetchall() == [("hubspot", True, True), ("salesforce", True, True)]


def test_velocity_by_source_is_made_of_its_own_levers(built: Warehouse) -> None:
    (wrong, valued) = built.connection.execute(
        "select count(*) filter (velocity.decided_deals <> closed.decided_deals), "
        "count(velocity.pipeline_velocity) from kpis.kpi_velocity as velocity "
        "inner join marts.dim_periods as periods using (period_grain, period_start) "
        "inner join kpis.kpi_closed_deals as closed "
        "using (period_grain, period_start, dimension, dimension_id) "
        "where dimension = 'custom_source' and velocity.window_start = period_start "
        "and periods.is_complete"
    ).fetchone()
    assert (wrong, valued > 0) == (0, True)
