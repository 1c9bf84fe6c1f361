"""What a company sets for itself travels with its data, and what is wrong is told with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from ops.landing.contract import load_contract
from ops.landing.files import LandingError
from ops.landing.land import LoadReport, land
from ops.landing.load import read_manifest
from ops.landing.settings import allowed_values, parameters, read_settings

CONTRACT = load_contract()
DEALS = (
    "opportunity_id,stage,created_date,loss_reason\n"
    "O1,Gewonnen,2026-01-05,\nO2,Verloren,2026-01-06,Zu teuer\n"
)


class Company:
    """A raw folder of two deals, a mapping folder, and the database they land in."""

    def __init__(self, folder: Path) -> None:
        self.raw, self.mapping = folder / "raw", folder / "mapping"
        self.database = folder / "landed.duckdb"
        self.raw.mkdir()
        self.mapping.mkdir()
        (self.raw / "opportunities.csv").write_text(DEALS)

    def map(self, name: str, content: str) -> None:
        path = self.mapping / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)

    def land(self, mapping: str = ".") -> LoadReport:
        return land(self.raw, self.mapping / mapping, self.database)

    def refusal(self) -> str:
        with pytest.raises(LandingError) as refused:
            self.land()
        return str(refused.value)

    def rows(self, query: str) -> list[tuple[str | None, ...]]:
        with duckdb.connect(self.database, read_only=True) as connection:
            connection.execute("set schema = 'raw_crm'")
            return connection.execute(query).fetchall()


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path)


def test_settings_land_as_data(company: Company) -> None:
    company.map(
        "settings.yml",
        "reporting_tz: America/New_York\ncorporate_currency: eur\nfiscal_year_start_month: 4\n"
        "maturity_open_share: 0.1\nnegative_amount_types: [credit]\nas_of: 2026-04-01\n"
        "coverage_from: {opportunities: 2024-01-01}\n",
    )
    company.land()
    assert company.rows("select parameter, value from settings") == [
        ("as_of", "2026-04-01 04:00:00"),
        ("corporate_currency", "EUR"),
        ("fiscal_year_start_month", "4"),
        ("maturity_open_share", "0.1"),
        ("negative_amount_types", "credit"),
        ("reporting_tz", "America/New_York"),
    ]
    covered = company.rows("select coverage_from from loads where table_name = 'opportunities'")
    assert covered == [("2024-01-01",)]


def test_the_manifest_of_an_extract_knows_better_where_it_begins(company: Company) -> None:
    company.map("settings.yml", "coverage_from: 2024-01-01\n")
    (company.raw / "manifest.yml").write_text("coverage_from: {opportunities: 2025-01-01}\n")
    company.land()
    covered = company.rows("select coverage_from from loads where table_name = 'opportunities'")
    assert covered == [("2025-01-01",)]


def test_other_settings_are_another_load(company: Company) -> None:
    first = company.land().load_id
    company.map("settings.yml", "min_n_display: 6\n")
    assert company.land().load_id != first


def test_a_nearer_mapping_sets_over_the_one_it_extends(company: Company) -> None:
    company.map("settings.yml", "min_n_display: 6\nrenewal_grace_days: 10\n")
    company.map("near/options.yml", "extends: ..\n")
    company.map("near/settings.yml", "min_n_display: 7\n")
    company.land("near")
    assert company.rows("from settings select parameter, value") == [
        ("min_n_display", "7"),
        ("renewal_grace_days", "10"),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("time_zone: UTC", "time_zone is not a setting; did you mean reporting_tz?"),
        ("fiscal_year_start: 4", "did you mean fiscal_year_start_month?"),
        ("colour: red", "colour is not a setting; use reporting_tz, corporate_currency"),
        ("reporting_tz: Berlin", "reporting_tz is 'Berlin'; use a time zone such as Europe/Berlin"),
        ("corporate_currency: Euro", "corporate_currency is 'Euro'; use three letters"),
        ("fiscal_year_start_month: 13", "is '13'; use a month from 1 to 12"),
        ("fiscal_year_start_month: april", "is 'april'; use a month from 1 to 12"),
        ("velocity_window_days: -1", "use a whole number of days from 0 on"),
        ("velocity_window_days: 1e9", "use a whole number of days from 0 on"),
        ("min_n_display: 0", "use a whole number of records from 1 on"),
        ("min_n_display: yes", "use a whole number of records from 1 on"),
        ("min_n_display:", "min_n_display is empty; use a whole number"),
        ("maturity_open_share: 5", "use a number from 0 to 1"),
        ("maturity_open_share: nan", "use a number from 0 to 1"),
        ("quota_measure: gmv", "is 'gmv'; use one of bookings_acv, bookings_tcv"),
        ("forecast_category_for_accuracy: sure", "is 'sure'; use one of commit, best_case"),
        ("negative_amount_types: [refund]", "use a list of new, expansion_upsell"),
        ("as_of: tomorrow", "as_of is 'tomorrow'; use a date such as 2026-04-01"),
        ("as_of: 0001-01-01", "as_of is '0001-01-01'; use a date such as 2026-04-01"),
        ("coverage_from: 2024", "coverage_from is '2024'; use a date such as 2024-01-01"),
        ("coverage_from: {deals: 2024-01-01}", "coverage_from names deals, which is not a raw"),
        ("min_n_display: 6\nmin_n_display: 7", "min_n_display is given twice, first in line 2"),
        ("as_of: 2026-02-30", "as_of is '2026-02-30'; use a date such as 2026-04-01"),
        ("a: [", "is not valid YAML"),
    ],
)
def test_unknown_and_wrong_settings_are_refused_with_file_key_value_and_what_is_allowed(
    company: Company, line: str, said: str
) -> None:
    company.map("settings.yml", f"# Settings\n{line}\n")
    refusal = company.refusal()
    assert "settings.yml" in refusal
    assert said in refusal
    assert f"settings.yml:{3 if 'twice' in said or line == 'a: [' else 2}: " in refusal


def test_every_parameter_may_be_set_to_its_default(company: Company) -> None:
    lines = [f"{name}: {parameter.value}\n" for name, parameter in parameters().items()]
    company.map("settings.yml", "".join(lines))
    settings = read_settings(company.mapping / "settings.yml", CONTRACT)
    assert settings.values == {name: parameter.value for name, parameter in parameters().items()}
    assert all(allowed_values(parameter) for parameter in parameters().values())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("extracted_at: 0001-01-01T00:00:00+14:00", "extracted_at is"),
        ("extracted_at: 9999-12-31T23:59:59-12:00", "extracted_at is"),
        ("extracted_at: 2026-13-45", "extracted_at is '2026-13-45'"),
        ("coverage_from: 2026-02-30", "manifest.yml:1: coverage_from is '2026-02-30'"),
        ("coverage_from: 12345-01-01", "coverage_from is '12345-01-01'"),
        ("coverage_from: [2024-01-01]", "use a date such as 2024-01-01"),
        ("when: now", "manifest.yml:1: when is not known"),
        ("- 1", "is not made of keys and values"),
        ("\t", "is not valid YAML"),
    ],
)
def test_an_absurd_manifest_is_refused_in_a_sentence(
    company: Company, content: str, said: str
) -> None:
    path = company.raw / "manifest.yml"
    path.write_text(content)
    with pytest.raises(LandingError, match="manifest.yml") as refused:
        read_manifest(path, CONTRACT)
    assert said in str(refused.value)


def test_csv_files_of_the_mapping_are_tables(company: Company) -> None:
    company.map("loss_reasons.csv", "loss_reason,category\nZu teuer,price\n")
    company.map(
        "stages.csv",
        "stage,stage_order,is_closed,is_won\nGewonnen,1,true,true\nVerloren,2,true,false\n",
    )
    report = company.land()
    assert report.table("stages").row_count == 2
    assert report.table("opportunities").row_count == 2
    assert company.rows("select loss_reason, category, _source_file from loss_reasons") == [
        ("Zu teuer", "price", "loss_reasons.csv")
    ]


def test_selects_over_no_file_stand_beside_files_named_after_tables(company: Company) -> None:
    company.map("stages.sql", "select 'Gewonnen' as stage, 1 as stage_order, true as is_closed, "
                "true as is_won")  # fmt: skip
    report = company.land()
    assert report.table("stages").row_count == 1
    assert report.table("opportunities").row_count == 2


def test_csv_files_stand_beside_selects_over_raw_files(company: Company) -> None:
    (company.raw / "opportunities.csv").rename(company.raw / "deals.csv")
    company.map("opportunities.sql", "from deals")
    company.map("loss_reasons.csv", "loss_reason,category\nZu teuer,price\n")
    report = company.land()
    assert report.table("loss_reasons").row_count == 1
    assert report.table("opportunities").row_count == 2


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("opportunities.csv", DEALS, "the raw folder delivers opportunities as well"),
        ("reasons.csv", "a\n", "did you mean loss_reasons.csv?"),
        ("settings.csv", "a\n", "landing writes settings itself; set them in settings.yml"),
        ("loss_reasons.csv", "loss_reason,category\n,price\n", "loss_reason of row 1 is empty"),
        ("loss_reasons.csv", "loss_reason\na\na\n", "loss_reason 'a' stands in the rows 1, 2"),
        (
            "lead_sources.csv",
            "lead_source,is_paid\nweb,nein\n",
            "lead_sources.csv: is_paid of row 1 is 'nein', which is no boolean",
        ),
        (
            "benchmarks.csv",
            "benchmark_id,kpi_id,period_grain,source,mid\na,nps,year,x,1\nb,nps,year,x,2\n",
            "stands by default in the rows 1, 2; keep one",
        ),
    ],
)
def test_wrong_tables_of_a_mapping_are_refused(
    company: Company, name: str, content: str, said: str
) -> None:
    company.map(name, content)
    assert said in company.refusal()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("opportunities.sql", "select\n    stage,\nfrom from deals", "opportunities.sql:3: is not"),
        (
            "opportunities.sql",
            "select\n    *,\n    nope\nfrom opportunities",
            "opportunities.sql:3",
        ),
        ("options.yml", "defaults:\n  colour: red\n", "options.yml:2: defaults: colour is not"),
        ("options.yml", "files:\n  a.csv:\n    header: 3\n", "options.yml:3: a.csv: header is"),
        ("options.yml", "file: {}\n", "options.yml:1: file is not known"),
    ],
)
def test_errors_of_a_mapping_name_file_and_line(
    company: Company, name: str, content: str, said: str
) -> None:
    company.map(name, content)
    assert said in company.refusal()


def test_dates_of_coverage_are_dates(company: Company) -> None:
    company.map("settings.yml", "coverage_from: '2024-01-01'\n")
    settings = read_settings(company.mapping / "settings.yml", CONTRACT)
    assert settings.coverage_from == {"": date(2024, 1, 1)}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("teams.csv", b"id,name\n1,North\n", "teams.csv: column team_id is missing"),
        ("notes.csv", b"note_id\n\xff\xfe\xfa\n", "notes.csv: byte 8 (line 2) is not UTF-8"),
        ("contacts.parquet", b"no", "contacts.parquet: is not a whole Parquet file"),
        ("teams.csv", b"", "teams.csv: the file is empty"),
    ],
)
def test_a_file_that_no_kpi_is_made_of_never_stops_a_load(
    company: Company, name: str, content: bytes, said: str
) -> None:
    (company.raw / name).write_bytes(content)
    report = company.land()
    (finding,) = [finding for finding in report.findings if finding.startswith(said)]
    assert finding.endswith("left out, for no KPI is made of this table")
    assert not report.table(name.split(".")[0]).is_delivered
    assert report.table("opportunities").row_count == 2
