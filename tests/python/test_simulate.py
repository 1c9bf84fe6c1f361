"""The simulated company: deterministic, consistent, plausible, and flawed exactly where it says."""

from __future__ import annotations

import csv
import filecmp
from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
import yaml
from typer import Typer
from typer.testing import CliRunner

from ops.landing.contract import load_contract
from ops.simulate import clock
from ops.simulate.columns import Edits, text_chunks
from ops.simulate.command import main
from ops.simulate.company import TABLES, Company, simulate
from ops.simulate.deals import LOSS_REASONS, WIN_REASONS
from ops.simulate.history import STAGES
from ops.simulate.market import LEAD_SOURCES
from ops.simulate.parameters import Parameters
from ops.simulate.write import OutputError, write_files, write_flaws, write_seeds

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "seeds" / "sample"
REFERENCE = ROOT / "seeds" / "reference"
CONTRACT = load_contract()
END = "date '2026-07-01'"

# Flaw kind -> query for the records that have it, by the key that planted_flaws names them with.
FLAW_QUERIES = {
    "duplicate_opportunity": """
        select opportunity_id from opportunities
        where opportunity_id is not null group by 1 having count(*) > 1""",
    "orphan_line_item": """
        select line_id from opportunity_line_items
        where opportunity_id not in (select opportunity_id from known_opportunities)""",
    "orphan_stage_history": """
        select opportunity_id || '|' || entered_at || '|' || stage from opportunity_stage_history
        where opportunity_id not in (select opportunity_id from known_opportunities)""",
    "orphan_split": """
        select opportunity_id || '|' || user_id || '|' || split_type from opportunity_splits
        where opportunity_id not in (select opportunity_id from known_opportunities)""",
    "unknown_account": """
        select opportunity_id from opportunities
        where account_id not in (select account_id from accounts)""",
    "unknown_owner": """
        select opportunity_id from opportunities
        where owner_id not in (select user_id from users)""",
    "future_closed_date": """
        select opportunity_id from opportunities
        where stage = 'Closed Won' and try_cast(closed_date as date) >= date '2026-07-01'
            and closed_at < '2026-07-01'""",
    "unmapped_stage": """
        select opportunity_id from opportunities
        where stage not in (select stage from stage_mapping)
        union all
        select opportunity_id || '|' || entered_at || '|' || stage from opportunity_stage_history
        where stage not in (select stage from stage_mapping)""",
    "won_without_amount": """
        select opportunity_id from opportunities where stage = 'Closed Won' and amount is null""",
    "unreadable_amount": """
        select opportunity_id from opportunities
        where amount is not null and try_cast(amount as decimal(18, 4)) is null""",
    "negative_amount": """
        select opportunity_id from opportunities
        where try_cast(amount as decimal(18, 4)) < 0
            and coalesce(opportunity_type, 'new') not in ('contraction', 'credit')""",
    "line_sum_off_header": """
        select o.opportunity_id
        from known_opportunities o
        join (
            select opportunity_id, sum(cast(net_amount as decimal(18, 4))) as total
            from opportunity_line_items group by 1
        ) using (opportunity_id)
        where abs(try_cast(o.amount as decimal(18, 4)) - total) > 0.01
            and abs(try_cast(o.amount as decimal(18, 4))) <> total""",
    "unreadable_date": """
        select opportunity_id from opportunities
        where (created_date is not null and try_cast(created_date as date) is null)
            or (closed_date is not null and try_cast(closed_date as date) is null)
            or (expected_close_date is not null and try_cast(expected_close_date as date) is null)
        """,
    "created_after_closed": """
        select opportunity_id from opportunities
        where try_cast(created_date as date) > try_cast(closed_date as date)""",
    "closed_without_date": """
        select opportunity_id from opportunities
        where stage in ('Closed Won', 'Closed Lost') and closed_date is null""",
    "missing_opportunity_id": """
        select opportunity_name from opportunities where opportunity_id is null""",
    "split_not_one": """
        select opportunity_id from opportunity_splits where split_type = 'revenue'
        group by 1 having abs(sum(cast(split_rate as double)) - 1) > 1e-9""",
    "currency_without_rate": """
        select opportunity_id from opportunities
        where currency <> 'USD' and currency not in (select currency from exchange_rates)""",
    "lost_without_reason": """
        select opportunity_id from opportunities
        where stage = 'Closed Lost' and loss_reason is null""",
    "unknown_loss_reason": """
        select opportunity_id from opportunities
        where loss_reason not in (select loss_reason from loss_reason_mapping)""",
    "duplicated_stage_history": """
        select opportunity_id || '|' || entered_at || '|' || stage from opportunity_stage_history
        group by 1 having count(*) > 1""",
    "score_out_of_range": """
        select response_id from survey_responses
        where cast(score as double) not between cast(scale_min as double)
            and cast(scale_max as double)""",
    "quota_of_unknown_user": """
        select user_id || '|' || period_start || '|' || measure from quotas
        where user_id not in (select user_id from users)""",
    "overlapping_membership": """
        select later.user_id || '|' || later.team_id || '|' || later.valid_from
        from team_memberships earlier
        join team_memberships later
            on earlier.user_id = later.user_id and earlier.team_id <> later.team_id
            and earlier.valid_from < later.valid_from
            and coalesce(earlier.valid_to, '9999') > later.valid_from""",
    "orphan_invoice": """
        select invoice_id from invoices
        where opportunity_id not in (select opportunity_id from known_opportunities)""",
    "unreadable_invoice": """
        select invoice_id from invoices
        where amount is not null and try_cast(amount as decimal(18, 4)) is null""",
    "orphan_revenue": """
        select revenue_id from revenue_events
        where opportunity_id not in (select opportunity_id from known_opportunities)""",
    "unreadable_revenue": """
        select revenue_id from revenue_events
        where amount is not null and try_cast(amount as decimal(18, 4)) is null""",
    "future_revenue": """
        select revenue_id from revenue_events where recognized_date >= '2026-07-01'""",
    "duplicate_revenue": """
        select revenue_id from revenue_events group by 1 having count(*) > 1""",
    "employment_of_unknown_user": """
        select user_id || '|' || valid_from from employment_history
        where user_id not in (select user_id from users)""",
    "overlapping_employment": """
        select earlier.user_id || '|' || earlier.valid_from
        from employment_history earlier
        join employment_history later
            on earlier.user_id = later.user_id and earlier.valid_from < later.valid_from
            and earlier.valid_to > later.valid_from""",
    "employment_after_termination": """
        select user_id || '|' || valid_from
        from employment_history join users using (user_id)
        where valid_to is null and termination_date is not null""",
    "leave_ends_before_it_starts": """
        select user_id || '|' || start_date from user_leave where end_date < start_date""",
    "activity_logged_twice": """
        select max(activity_id) from activities
        group by activity_type, performer_id, contact_id, created_at
        having count(*) > 1""",
    "responded_before_received": """
        select activity_id from activities where responded_at < received_at""",
    "unknown_performer": """
        select activity_id from activities
        where performer_id not in (select user_id from users)""",
    "orphan_participant": """
        select activity_id || '|' || participant_id from activity_participants
        where activity_id not in (select activity_id from activities)""",
    "won_before_lead": """
        select lead_id from leads
        join known_opportunities on converted_opportunity_id = opportunity_id
        where stage = 'Closed Won' and leads.created_at > closed_at""",
    "converted_before_created": "select lead_id from leads where converted_at < created_at",
    "duplicate_lead_row": "select lead_id from leads group by 1 having count(*) > 1",
    "lead_of_unknown_user": """
        select lead_id from leads where owner_id not in (select user_id from users)""",
    "unmapped_lead_source": """
        select lead_id from leads
        where lead_source not in (select lead_source from lead_source_mapping)""",
    "lead_without_date": "select lead_id from leads where created_at is null",
    "visit_without_start": "select session_id from web_sessions where session_start is null",
    "duplicate_visit": "select session_id from web_sessions group by 1 having count(*) > 1",
    "unreadable_spend": """
        select spend_id from marketing_spend where try_cast(amount as double) is null""",
    "duplicate_forecast": "select submission_id from forecasts group by 1 having count(*) > 1",
    "forecast_after_its_period": """
        select submission_id from forecasts
        where cast(submitted_at as date) >= cast(period_end as date)""",
    "forecast_of_unknown_user": """
        select submission_id from forecasts
        where submitter_id not in (select user_id from users)""",
    "unreadable_forecast": """
        select submission_id from forecasts where try_cast(amount as double) is null""",
    "target_without_objective": "select target_id from targets where objective_id is null",
    "target_of_no_period": "select target_id from targets where day(cast(end_date as date)) <> 1",
    # A sound deal is never expected to close on the day it was made.
    "overdue_close_date": """
        select opportunity_id from opportunities
        where stage not like 'Closed%'
            and try_cast(expected_close_date as date) <= try_cast(created_date as date)
            and try_cast(expected_close_date as date) < date '2026-07-01' - 240""",
}


def connect(company: Company) -> duckdb.DuckDBPyConnection:
    """The tables as written, and the mapping seeds, in memory."""
    connection = duckdb.connect()
    for name, table in company.tables.items():
        chunks = list(text_chunks(table, company.edits.get(name, Edits()), 1_000))
        schema = pa.schema([(column, pa.string()) for column in table.column_names])
        text = pa.concat_tables([chunk.cast(schema) for chunk in chunks]) if chunks else None
        connection.register("incoming", text if text is not None else schema.empty_table())
        connection.execute(f"create table {name} as select * from incoming")
        connection.unregister("incoming")
    connection.execute("""
        create view known_opportunities as
        select * from opportunities where opportunity_id is not null
        qualify row_number() over (partition by opportunity_id order by updated_at desc) = 1""")
    for name in ("stage_mapping", "loss_reason_mapping", "lead_source_mapping"):
        path = str(REFERENCE / f"{name}.csv")
        connection.execute(
            f"create table {name} as select * from read_csv('{path}', all_varchar = true)"
        )
    return connection


@pytest.fixture(scope="module")
def sound() -> duckdb.DuckDBPyConnection:
    return connect(simulate(Parameters(opportunities=3_000, has_flaws=False)))


@pytest.fixture(scope="module")
def flawed_company() -> Company:
    return simulate(Parameters())


@pytest.fixture(scope="module")
def flawed(flawed_company: Company) -> duckdb.DuckDBPyConnection:
    return connect(flawed_company)


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple]:
    return connection.execute(query).fetchall()


def value(connection: duckdb.DuckDBPyConnection, query: str) -> float:
    return connection.execute(query).fetchone()[0]


def nothing(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    """The query finds no offending row."""
    assert rows(connection, query)[:3] == []


def none_left_out(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    """Guards a claim about all rows against there being none."""
    assert value(connection, f"select count(*) from ({query})") > 0


# ---------- time


def test_months_are_added_up_to_the_last_day_of_the_month() -> None:
    days = [date(2024, 1, 31), date(2024, 2, 29), date(2023, 12, 31), date(2025, 3, 15)]
    numbers = np.array([clock.day_number(day) for day in days])
    assert [clock.to_date(day) for day in clock.add_months(numbers, 1)] == [
        date(2024, 2, 29),
        date(2024, 3, 29),
        date(2024, 1, 31),
        date(2025, 4, 15),
    ]
    assert [clock.to_date(day) for day in clock.add_months(numbers, 12)] == [
        date(2025, 1, 31),
        date(2025, 2, 28),
        date(2024, 12, 31),
        date(2026, 3, 15),
    ]


def test_business_days_leave_out_weekends() -> None:
    numbers = np.arange(clock.day_number(date(1999, 12, 25)), clock.day_number(date(2001, 1, 8)))
    index = clock.business_index(numbers)
    for day, back in zip(numbers, clock.calendar_day(index), strict=True):
        weekday = clock.to_date(day).weekday()
        assert back - day == max(0, 7 - weekday) % 7 * (weekday > 4)
    working = [day for day in numbers if clock.to_date(day).weekday() < 5]
    assert np.diff(clock.business_index(np.array(working))).tolist() == [1] * (len(working) - 1)


def test_quarters_start_in_january_april_july_and_october() -> None:
    numbers = np.arange(clock.day_number(date(2024, 1, 1)), clock.day_number(date(2025, 1, 1)))
    for day, start in zip(numbers, clock.quarter_start(numbers), strict=True):
        month = clock.to_date(day).month
        assert clock.to_date(start) == date(2024, (month - 1) // 3 * 3 + 1, 1)
    assert clock.to_date(clock.quarter_start(numbers[:1], 5)[0]) == date(2025, 4, 1)
    assert clock.to_date(clock.month_start(numbers[-1:], 2)[0]) == date(2025, 2, 1)


# ---------- what is written


def test_equal_parameters_write_equal_bytes(tmp_path: Path) -> None:
    for name in ("first", "second"):
        write_seeds(simulate(Parameters(opportunities=400, seed=3)), tmp_path / name)
    names = sorted(path.name for path in (tmp_path / "first").iterdir())
    same, different, missing = filecmp.cmpfiles(
        tmp_path / "first", tmp_path / "second", names, shallow=False
    )
    assert (sorted(same), different, missing) == (names, [], [])


def test_the_sample_reaches_its_last_day(flawed: duckdb.DuckDBPyConnection) -> None:
    """The newest event dates the data, so it must fall on the day the sample claims to end."""
    newest = value(flawed, "select max(cast(entered_at as date)) from opportunity_stage_history")
    assert newest == Parameters().end_date


def test_another_seed_is_another_company() -> None:
    one, other = (simulate(Parameters(opportunities=400, seed=seed)) for seed in (1, 2))
    assert one.tables["opportunities"] != other.tables["opportunities"]


def test_the_committed_sample_is_a_fresh_default_run(
    flawed_company: Company, tmp_path: Path
) -> None:
    write_seeds(flawed_company, tmp_path)
    fresh = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    committed = {path.name: path.read_bytes() for path in SAMPLE.iterdir()}
    assert sorted(committed) == sorted(fresh)
    assert [name for name in fresh if committed[name] != fresh[name]] == []
    assert sum(len(content) for content in committed.values()) < 5_000_000


@pytest.mark.parametrize("opportunities", [200, 1_777, 6_000])
def test_the_company_has_exactly_the_deals_asked_for(opportunities: int) -> None:
    company = simulate(Parameters(opportunities=opportunities, has_flaws=False))
    assert company.row_count("opportunities") == opportunities


@pytest.mark.parametrize(
    ("months", "end_date"),
    [(12, date(2025, 2, 28)), (36, date(2024, 2, 29)), (18, date(2026, 8, 16))],
)
def test_other_spans_stay_inside_their_days(months: int, end_date: date) -> None:
    parameters = Parameters(opportunities=500, months=months, end_date=end_date, has_flaws=False)
    connection = connect(simulate(parameters))
    first, last = rows(
        connection,
        "select min(cast(created_date as date)), max(cast(entered_at as date)) "
        "from opportunities, opportunity_stage_history",
    )[0]
    assert 0 <= parameters.end_date.toordinal() - last.toordinal() < 10
    assert first.toordinal() - 719163 >= parameters.start_day


def test_another_size_works_as_parquet(tmp_path: Path) -> None:
    company = simulate(Parameters(opportunities=6_000, activities_per_deal=1.0))
    counts = write_files(company, tmp_path, "parquet")
    assert sorted(path.stem for path in tmp_path.iterdir()) == sorted(TABLES)
    for name in TABLES:
        table = parquet.read_table(tmp_path / f"{name}.parquet")
        assert table.column_names == list(CONTRACT.tables[name].column_names)
        assert {str(kind) for kind in table.schema.types} == {"string"}
        assert table.num_rows == counts[name] == company.row_count(name)
    regions = parquet.read_table(tmp_path / "accounts.parquet").column("region_id").unique()
    assert "Asia Pacific" in regions.to_pylist()


def test_csv_and_parquet_say_the_same(tmp_path: Path) -> None:
    company = simulate(Parameters(opportunities=300))
    write_files(company, tmp_path / "csv", "csv")
    write_files(company, tmp_path / "parquet", "parquet")
    for name in TABLES:
        expected = parquet.read_table(tmp_path / "parquet" / f"{name}.parquet")
        with (tmp_path / "csv" / f"{name}.csv").open(newline="") as file:
            lines = list(csv.reader(file))
        assert lines[0] == expected.column_names
        columns = zip(*lines[1:], strict=True) if len(lines) > 1 else [[] for _ in lines[0]]
        for column, texts in zip(expected.column_names, columns, strict=True):
            assert [text or None for text in texts] == expected.column(column).to_pylist()


def test_files_for_landing_are_the_delivered_tables_alone(tmp_path: Path) -> None:
    write_files(simulate(Parameters(opportunities=200)), tmp_path, "csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"{n}.csv" for n in TABLES)


def test_a_folder_with_the_other_format_is_refused(tmp_path: Path) -> None:
    company = simulate(Parameters(opportunities=200))
    write_files(company, tmp_path, "csv")
    with pytest.raises(OutputError, match=r"already holds opportunities\.csv"):
        write_files(company, tmp_path, "parquet")


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    company = simulate(Parameters(opportunities=200))
    with pytest.raises(OutputError, match="cannot be written"):
        write_files(company, tmp_path / "file", "csv")


def test_seed_properties_describe_every_seed_and_column(
    flawed_company: Company, tmp_path: Path
) -> None:
    write_seeds(flawed_company, tmp_path)
    seeds = yaml.safe_load((tmp_path / "_sample__seeds.yml").read_text())["seeds"]
    assert sorted(f"{seed['name']}.csv" for seed in seeds) == sorted(
        path.name for path in tmp_path.glob("*.csv")
    )
    for seed in seeds:
        with (tmp_path / f"{seed['name']}.csv").open(newline="") as file:
            header = next(csv.reader(file))
        assert [column["name"] for column in seed["columns"]] == header
        assert seed["config"]["column_types"] == dict.fromkeys(header, "string")
        assert seed["description"]
        assert all(column["description"] for column in seed["columns"])


def test_loads_count_the_delivered_rows(flawed_company: Company, tmp_path: Path) -> None:
    counts = write_seeds(flawed_company, tmp_path)
    with (tmp_path / "loads.csv").open(newline="") as file:
        loads = {row["table_name"]: row for row in csv.DictReader(file)}
    assert {name: int(row["row_count"]) for name, row in loads.items()} == counts
    absent = {name for name, row in loads.items() if row["is_delivered"] == "false"}
    assert absent == {"contacts", "opportunity_custom_fields", "stages"}
    assert {row["loaded_at"] for row in loads.values()} == {"2026-07-01 02:00:00"}
    assert (tmp_path / "rejected_lines.csv").read_text().count("\n") == 1


def test_text_is_as_the_contract_types_it(sound: duckdb.DuckDBPyConnection) -> None:
    types = {
        "date": "date",
        "timestamp": "timestamp",
        "decimal": "decimal(18, 4)",
        "integer": "bigint",
        "double": "double",
    }
    for name in TABLES:
        for column in CONTRACT.tables[name].columns:
            text = f'"{column.name}"'
            nothing(sound, f"select {text} from {name} where {text} = ''")
            if column.is_required:
                nothing(sound, f"select {text} from {name} where {text} is null")
            if column.data_type == "boolean":
                nothing(sound, f"select {text} from {name} where {text} not in ('true', 'false')")
            elif column.data_type in types:
                cast = f"try_cast({text} as {types[column.data_type]})"
                nothing(
                    sound, f"select {text} from {name} where {text} is not null and {cast} is null"
                )
            if column.data_type == "timestamp":
                nothing(sound, f"select {text} from {name} where length({text}) <> 19")


def test_keys_are_unique(sound: duckdb.DuckDBPyConnection) -> None:
    for name in TABLES:
        key = ", ".join(CONTRACT.tables[name].key)
        nothing(sound, f"select {key} from {name} group by {key} having count(*) > 1")


# ---------- what refers to what


@pytest.mark.parametrize(
    ("child", "column", "parent", "key"),
    [
        ("opportunities", "account_id", "accounts", "account_id"),
        ("opportunities", "owner_id", "users", "user_id"),
        ("opportunities", "pipeline_id", "pipelines", "pipeline_id"),
        ("opportunities", "campaign_id", "campaigns", "campaign_id"),
        ("opportunity_stage_history", "opportunity_id", "opportunities", "opportunity_id"),
        ("opportunity_stage_history", "entered_by", "users", "user_id"),
        ("opportunity_field_history", "opportunity_id", "opportunities", "opportunity_id"),
        ("opportunity_field_history", "changed_by", "users", "user_id"),
        ("opportunity_line_items", "opportunity_id", "opportunities", "opportunity_id"),
        ("opportunity_line_items", "product_id", "products", "product_id"),
        ("opportunity_splits", "opportunity_id", "opportunities", "opportunity_id"),
        ("opportunity_splits", "user_id", "users", "user_id"),
        ("opportunity_competitors", "opportunity_id", "opportunities", "opportunity_id"),
        ("opportunity_competitors", "competitor_id", "competitors", "competitor_id"),
        ("accounts", "parent_account_id", "accounts", "account_id"),
        ("accounts", "master_id", "accounts", "account_id"),
        ("accounts", "owner_id", "users", "user_id"),
        ("teams", "parent_team_id", "teams", "team_id"),
        ("teams", "manager_id", "users", "user_id"),
        ("team_hierarchy", "team_id", "teams", "team_id"),
        ("team_hierarchy", "parent_team_id", "teams", "team_id"),
        ("team_memberships", "user_id", "users", "user_id"),
        ("team_memberships", "team_id", "teams", "team_id"),
        ("quotas", "user_id", "users", "user_id"),
        ("quotas", "team_id", "teams", "team_id"),
        ("targets", "owner_id", "users", "user_id"),
        ("forecasts", "submitter_id", "users", "user_id"),
        ("forecasts", "team_id", "teams", "team_id"),
        ("activities", "opportunity_id", "opportunities", "opportunity_id"),
        ("activities", "performer_id", "users", "user_id"),
        ("activities", "response_to_id", "activities", "activity_id"),
        ("activities", "superseded_by", "activities", "activity_id"),
        ("subscriptions", "account_id", "accounts", "account_id"),
        ("subscriptions", "opportunity_id", "opportunities", "opportunity_id"),
        ("subscriptions", "product_id", "products", "product_id"),
        ("survey_responses", "account_id", "accounts", "account_id"),
        ("survey_responses", "opportunity_id", "opportunities", "opportunity_id"),
        ("survey_responses", "user_id", "users", "user_id"),
    ],
)
def test_references_are_found(
    sound: duckdb.DuckDBPyConnection, child: str, column: str, parent: str, key: str
) -> None:
    none_left_out(sound, f"select {column} from {child} where {column} is not null")
    nothing(
        sound,
        f"select {column} from {child} where {column} is not null "
        f"and {column} not in (select {key} from {parent})",
    )


def test_source_values_are_in_the_mapping_seeds(sound: duckdb.DuckDBPyConnection) -> None:
    mapped = {row[0] for row in rows(sound, "select stage from stage_mapping")}
    assert set(STAGES) <= mapped
    mapped = {row[0] for row in rows(sound, "select loss_reason from loss_reason_mapping")}
    assert {reason for reason, _ in LOSS_REASONS} <= mapped
    assert set(WIN_REASONS) <= mapped
    mapped = {row[0] for row in rows(sound, "select lead_source from lead_source_mapping")}
    assert {source for source, _ in LEAD_SOURCES} <= mapped


def test_merged_accounts_are_deleted_still_have_deals_and_resolve_in_one_step(
    sound: duckdb.DuckDBPyConnection,
) -> None:
    merged = "select * from accounts where master_id is not null"
    none_left_out(sound, merged)
    nothing(sound, f"select * from ({merged}) where is_deleted <> 'true'")
    nothing(
        sound,
        f"select * from ({merged}) where account_id not in (select account_id from opportunities) "
        "or account_id in (select account_id from subscriptions)",
    )
    nothing(
        sound,
        "select * from accounts a join accounts b on a.master_id = b.account_id "
        "where a.region_id <> b.region_id",
    )
    nothing(
        sound,
        "select * from accounts a join accounts b on a.master_id = b.account_id "
        "where b.master_id is not null",
    )
    nothing(
        sound,
        "select * from accounts a join accounts b on a.parent_account_id = b.account_id "
        "where b.parent_account_id is not null",
    )


# ---------- the history of deals


def test_stage_history_runs_from_creation_to_the_current_stage(
    sound: duckdb.DuckDBPyConnection,
) -> None:
    nothing(
        sound,
        """
        with history as (
            select opportunity_id, min(entered_at) as first_entry, max(entered_at) as last_entry,
                max_by(stage, entered_at) as last_stage,
                count(distinct entered_at) = count(*) as is_increasing
            from opportunity_stage_history group by 1
        )
        select o.opportunity_id from opportunities o left join history h using (opportunity_id)
        where h.first_entry is distinct from o.created_at
            or h.last_stage is distinct from o.stage
            or not h.is_increasing
            or (o.stage like 'Closed%' and h.last_entry is distinct from o.closed_at)
        """,
    )
    nothing(
        sound,
        """
        select * from (
            select stage, lag(stage) over (partition by opportunity_id order by entered_at) as prior
            from opportunity_stage_history
        ) where stage = prior""",
    )


def test_stage_history_has_skips_steps_back_and_reopenings(
    sound: duckdb.DuckDBPyConnection,
) -> None:
    steps = Counter(
        rows(
            sound,
            """
            select * from (
                select lag(stage) over (partition by opportunity_id order by entered_at), stage
                from opportunity_stage_history
            )""",
        )
    )
    assert steps["Prospecting", "Proposal"] > 10
    assert steps["Proposal", "Qualification"] > 10
    assert 10 < steps["Closed Lost", "Negotiation"] < 60
    assert not any(before == "Closed Won" for before, _ in steps)


def test_closed_deals_have_their_dates_and_open_ones_have_none(
    sound: duckdb.DuckDBPyConnection,
) -> None:
    nothing(
        sound,
        f"""
        select opportunity_id from opportunities
        where (stage like 'Closed%') <> (closed_date is not null)
            or (closed_date is null) <> (closed_at is null)
            or closed_date <> cast(cast(closed_at as date) as varchar)
            or created_date <> cast(cast(created_at as date) as varchar)
            or created_at >= closed_at
            or cast(created_at as timestamp) >= {END}
            or cast(updated_at as timestamp) >= {END}
            or cast(closed_at as timestamp) >= {END}
            or updated_at < coalesce(closed_at, created_at)""",
    )


def test_deals_move_in_business_hours_of_their_region(sound: duckdb.DuckDBPyConnection) -> None:
    events = """
        select cast(entered_at as timestamp) as moment, opportunity_id
        from opportunity_stage_history
        union all
        select cast(changed_at as timestamp), opportunity_id from opportunity_field_history"""
    nothing(sound, f"select * from ({events}) where isodow(moment) > 5")
    nothing(
        sound,
        f"""
        select * from ({events}) join opportunities using (opportunity_id)
        join accounts using (account_id)
        where hour(moment) not between case accounts.region_id when 'Europe' then 8 else 14 end
            and case accounts.region_id when 'Europe' then 15 else 21 end""",
    )


@pytest.mark.parametrize("field", ["amount", "expected_close_date", "owner_id"])
def test_field_history_chains_to_the_present(sound: duckdb.DuckDBPyConnection, field: str) -> None:
    nothing(
        sound,
        """
        select * from (
            select changed_at, lag(changed_at) over (
                partition by opportunity_id order by event_id) as before
            from opportunity_field_history
        ) where before > changed_at""",
    )
    changes = f"select * from opportunity_field_history where field_name = '{field}'"
    assert value(sound, f"select count(*) from ({changes})") > 100
    nothing(sound, f"select * from ({changes}) where old_value is not distinct from new_value")
    nothing(
        sound,
        f"""
        select * from (
            select *, lag(new_value) over (
                partition by opportunity_id order by changed_at, event_id
            ) as prior_value from ({changes})
        ) where prior_value <> old_value""",
    )
    nothing(
        sound,
        f"""
        select * from (
            select opportunity_id, max_by(new_value, event_id) as last_value,
                min(changed_at) as first_change, max(changed_at) as last_change
            from ({changes}) group by 1
        ) join opportunities using (opportunity_id)
        where last_value is distinct from {field}
            or first_change <= created_at
            or last_change > updated_at
            or ('{field}' <> 'owner_id' and last_change > coalesce(closed_at, '9999'))""",
    )


def test_owners_were_employed_when_they_owned(sound: duckdb.DuckDBPyConnection) -> None:
    """The first owner at creation, and whoever moved the deal at each move."""
    nothing(
        sound,
        """
        select h.* from opportunity_stage_history h join users u on h.entered_by = u.user_id
        where cast(h.entered_at as date) < cast(u.hire_date as date)
            or cast(h.entered_at as date) > cast(coalesce(u.termination_date, '9999-12-31') as date)
        """,
    )
    # Nobody is given a deal in the first week or the last three.
    nothing(
        sound,
        """
        select o.opportunity_id from opportunities o
        join opportunity_stage_history h on h.opportunity_id = o.opportunity_id
            and h.entered_at = o.created_at
        join users u on h.entered_by = u.user_id
        where cast(o.created_date as date) < cast(u.hire_date as date) + 7
            or cast(o.created_date as date)
                >= cast(coalesce(u.termination_date, '9999-12-31') as date) - 21""",
    )
    nothing(
        sound,
        "select owner_id from opportunities join users on owner_id = user_id "
        "where role <> 'Account Executive'",
    )


def test_lines_add_up_to_the_header(sound: duckdb.DuckDBPyConnection) -> None:
    nothing(
        sound,
        """
        select opportunity_id, any_value(o.amount), sum(cast(l.net_amount as decimal(18, 4)))
        from opportunities o join opportunity_line_items l using (opportunity_id)
        group by 1
        having any_value(cast(o.amount as decimal(18, 4)))
            is distinct from sum(cast(l.net_amount as decimal(18, 4)))""",
    )
    nothing(
        sound,
        """
        select line_id from opportunity_line_items
        where cast(quantity as bigint) <= 0 or cast(net_amount as decimal(18, 4))
            <> cast(quantity as bigint) * cast(unit_price as decimal(18, 4))""",
    )
    without_lines = """
        select * from opportunities
        where opportunity_id not in (select opportunity_id from opportunity_line_items)"""
    assert 20 < value(sound, f"select count(*) from ({without_lines})") < 150
    assert 2 <= value(sound, "select count(*) from opportunities where amount is null") < 60
    assert 2 <= value(sound, "select count(*) from opportunities where amount = '0.00'") < 60


def test_only_reductions_are_negative(sound: duckdb.DuckDBPyConnection) -> None:
    nothing(
        sound,
        """
        select opportunity_id from opportunities
        where (cast(amount as double) < 0)
            <> coalesce(opportunity_type in ('contraction', 'credit'), false)""",
    )


def test_splits_share_won_deals_among_sellers_of_the_day(
    sound: duckdb.DuckDBPyConnection,
) -> None:
    nothing(
        sound,
        """
        select opportunity_id from opportunity_splits where split_type = 'revenue' group by 1
        having sum(cast(split_rate as decimal(9, 4))) <> 1 or count(*) <> 2""",
    )
    nothing(
        sound,
        """
        select * from opportunity_splits s join opportunities o using (opportunity_id)
        join users u using (user_id)
        where o.stage <> 'Closed Won' or u.role <> 'Account Executive'
            or u.hire_date > o.closed_date or u.termination_date <= o.closed_date""",
    )
    assert value(sound, "select count(*) from opportunity_splits where split_type = 'overlay'") > 5


def test_a_competitor_wins_only_what_is_lost_to_one(sound: duckdb.DuckDBPyConnection) -> None:
    none_left_out(sound, "select * from opportunity_competitors where is_winner = 'true'")
    nothing(
        sound,
        """
        select * from opportunity_competitors join opportunities using (opportunity_id)
        where is_winner = 'true'
            and coalesce(loss_reason, '') not in ('Competitor', 'Lost to competitor')""",
    )
    nothing(
        sound,
        "select opportunity_id from opportunity_competitors where is_winner = 'true' "
        "group by 1 having count(*) > 1",
    )


def test_deals_are_lost_for_a_reason_and_won_without(sound: duckdb.DuckDBPyConnection) -> None:
    nothing(
        sound,
        "select opportunity_id from opportunities "
        "where (stage = 'Closed Lost') <> (loss_reason is not null)",
    )


def test_deals_are_won_for_reasons_that_most_of_them_name(
    sound: duckdb.DuckDBPyConnection,
) -> None:
    nothing(sound, "select * from opportunities where stage <> 'Closed Won' and win_reason <> ''")
    [(share,)] = rows(
        sound,
        "select count(win_reason) / count(*) from opportunities where stage = 'Closed Won'",
    )
    assert 0.95 < share < 1


# ---------- the organisation


def test_memberships_do_not_overlap_and_lie_within_employment(
    sound: duckdb.DuckDBPyConnection,
) -> None:
    nothing(
        sound,
        """
        select * from (
            select *, lead(valid_from) over (partition by user_id order by valid_from) as following
            from team_memberships
        ) where following is not null and (valid_to is null or valid_to > following)""",
    )
    nothing(
        sound,
        """
        select * from team_memberships join users using (user_id)
        where valid_from < hire_date
            or coalesce(valid_to, '9999') > coalesce(termination_date, '9999')
        """,
    )
    nothing(
        sound,
        "select user_id from users where user_id not in (select user_id from team_memberships)",
    )
    movers = "select user_id from team_memberships group by 1 having count(*) > 1"
    none_left_out(sound, movers)


def test_one_team_changed_its_division_and_the_tree_has_three_levels(
    sound: duckdb.DuckDBPyConnection,
) -> None:
    moved = rows(
        sound,
        """
        select valid_from, valid_to, parent_team_id from team_hierarchy
        where team_id in (select team_id from team_hierarchy group by 1 having count(*) > 1)
        order by valid_from""",
    )
    assert len(moved) == 2
    assert moved[0][1] == moved[1][0] and moved[1][1] is None
    assert moved[0][2] != moved[1][2]
    nothing(
        sound,
        """
        select * from team_hierarchy h join teams t using (team_id)
        where h.valid_to is null and h.parent_team_id is distinct from t.parent_team_id""",
    )
    depths = rows(
        sound,
        """
        with recursive tree as (
            select team_id, 1 as depth from teams where parent_team_id is null
            union all
            select teams.team_id, depth + 1 from teams join tree on parent_team_id = tree.team_id
        ) select depth, count(*) from tree group by 1 order by 1""",
    )
    assert [depth for depth, _ in depths] == [1, 2, 3]
    assert sum(count for _, count in depths) == value(sound, "select count(*) from teams")


def test_sellers_join_leave_and_carry_quota(sound: duckdb.DuckDBPyConnection) -> None:
    assert value(sound, "select count(*) from users where termination_date is not null") >= 3
    assert value(sound, "select count(*) from users where hire_date > '2024-01-01'") >= 3
    nothing(
        sound,
        "select * from users where (role = 'Account Executive') <> (is_quota_carrying = 'true') "
        "or (termination_date is null) <> (is_active = 'true') or termination_date <= hire_date",
    )


def test_quotas_tile_their_quarters(sound: duckdb.DuckDBPyConnection) -> None:
    nothing(
        sound,
        """
        select * from quotas
        where cast(period_start as date) <> date_trunc('quarter', cast(period_start as date))
            or cast(period_end as date) <> cast(period_start as date) + interval 3 month
            or (user_id is null) = (team_id is null) or cast(amount as double) <= 0""",
    )
    # The versions of a quota meet, and reach the quarter's end or the seller's last day.
    nothing(
        sound,
        """
        with versions as (
            select *, coalesce(valid_from, period_start) as starts,
                coalesce(valid_to, period_end) as ends,
                lag(coalesce(valid_to, period_end)) over same as prior_end,
                lead(valid_from) over same as following
            from quotas where user_id is not null
            window same as (
                partition by user_id, period_start, product_family_id
                order by coalesce(valid_from, period_start)
            )
        )
        select versions.* from versions join users using (user_id)
        where starts <> coalesce(prior_end, period_start)
            or (following is null and ends <> least(period_end, coalesce(termination_date, '9999')))
        """,
    )
    changed = """
        select user_id, period_start from quotas where product_family_id is null
        and user_id is not null group by all having count(*) = 2"""
    assert len(rows(sound, changed)) == 1


def test_quotas_ramp_skip_and_are_over_assigned(sound: duckdb.DuckDBPyConnection) -> None:
    ramps = rows(
        sound,
        "select user_id, count(*) from quotas where is_ramp = 'true' and product_family_id is null "
        "group by 1",
    )
    assert ramps and max(count for _, count in ramps) <= 2
    without_quota = """
        select count(*) from users, (select distinct period_start, period_end from quotas) p
        where role = 'Account Executive' and hire_date <= period_start
            and coalesce(termination_date, '9999') >= period_end and period_end < '2026-07-01'
            and (user_id, period_start) not in (select (user_id, period_start) from quotas
                where user_id is not null)"""
    assert value(sound, without_quota) >= 3
    with_family = "select count(distinct user_id) from quotas where product_family_id is not null"
    assert 1 <= value(sound, with_family) <= 6
    nothing(
        sound,
        """
        with sellers as (
            select period_start, sum(cast(amount as double)) as amount from quotas
            where user_id is not null and product_family_id is null group by 1
        ), managers as (
            select period_start, sum(cast(amount as double)) as amount from quotas
            where team_id in (select team_id from teams
                where team_id not in (
                    select parent_team_id from teams where parent_team_id is not null
                ))
            group by 1
        )
        select * from sellers left join managers using (period_start)
        where managers.amount is null or managers.amount >= sellers.amount * 1.1""",
    )
    assert value(sound, "select max(period_end) from quotas") == "2027-01-01"


# ---------- customers


SUBSCRIPTION_DAYS = f"""
    select *, cast(mrr as decimal(18, 4)) * case currency
            when 'EUR' then 1.08 when 'GBP' then 1.27 else 1 end as value,
        cast(valid_from as date) as starts,
        case when status = 'pending_renewal' then null else cast(valid_to as date) end as ends,
        {END} as now
    from subscriptions"""


def test_ranges_of_a_subscription_follow_each_other(sound: duckdb.DuckDBPyConnection) -> None:
    nothing(
        sound,
        """
        select * from (
            select *, lead(valid_from) over (partition by subscription_id order by valid_from) as f
            from subscriptions
        ) where valid_from >= valid_to or (f is not null and f is distinct from valid_to)""",
    )
    nothing(
        sound,
        "select subscription_id from subscriptions group by 1 having count(distinct account_id) > 1"
        " or count(distinct product_id) > 1 or count(distinct currency) > 1",
    )


def test_subscriptions_follow_won_deals(sound: duckdb.DuckDBPyConnection) -> None:
    nothing(
        sound,
        """
        select * from subscriptions s join opportunities o using (opportunity_id)
        where o.stage <> 'Closed Won' or o.account_id <> s.account_id
            or o.is_deleted = 'true' or o.is_test = 'true' or o.pipeline_id = 'partner_test'
            or coalesce(o.currency, 'USD') <> s.currency
            or coalesce(o.opportunity_type, 'new') = 'credit'""",
    )
    # A new line runs for a twelfth of its yearly price from its first day of service.
    nothing(
        sound,
        """
        with sold as (
            select opportunity_id, product_id, start_date as valid_from, count(*) as lines,
                sum(round(cast(net_amount as double) / 12, 4)) as mrr
            from opportunity_line_items join opportunities using (opportunity_id)
            where stage = 'Closed Won' and is_recurring = 'true' and pipeline_id <> 'partner_test'
                and coalesce(opportunity_type, 'new') not in ('contraction', 'credit')
            group by all
        ), running as (
            select opportunity_id, product_id, valid_from, count(*) as lines,
                sum(cast(mrr as double)) as mrr
            from subscriptions join opportunities using (opportunity_id)
            where coalesce(opportunity_type, 'new') <> 'contraction' group by all
        )
        select * from sold full join running using (opportunity_id, product_id, valid_from)
        where sold.lines is distinct from running.lines
            or abs(sold.mrr - running.mrr) > 0.0002 * sold.lines""",
    )
    nothing(
        sound,
        """
        select * from subscriptions join opportunities using (opportunity_id)
        where opportunity_type is distinct from 'renewal' and valid_from < closed_date""",
    )


def test_contractions_lower_a_running_subscription(sound: duckdb.DuckDBPyConnection) -> None:
    lowered = """
        select * from (
            select *, lag(cast(mrr as double)) over (
                partition by subscription_id order by valid_from) as before
            from subscriptions
        ) join opportunities using (opportunity_id) where opportunity_type = 'contraction'"""
    none_left_out(sound, lowered)
    nothing(
        sound,
        f"select * from ({lowered}) where before is null "
        "or abs((cast(mrr as double) - before) * 12 - cast(amount as double)) > 0.01",
    )


def test_customers_older_than_the_crm_have_their_date(sound: duckdb.DuckDBPyConnection) -> None:
    nothing(
        sound,
        """
        with first as (
            select account_id, min(valid_from) as since, min_by(opportunity_id, valid_from) as deal
            from subscriptions group by 1
        )
        select * from accounts left join first using (account_id)
        where (customer_since is not null) <> (since < '2024-01-01')
            or (customer_since is not null and customer_since <> since)
            or customer_since < '2023-01-01'""",
    )
    none_left_out(sound, "select * from accounts where customer_since is not null")
    nothing(
        sound,
        "select * from subscriptions where opportunity_id is null and valid_from >= '2024-01-01'",
    )


def test_some_customers_come_back_and_some_renewals_are_pending(
    sound: duckdb.DuckDBPyConnection,
) -> None:
    gaps = f"""
        select * from (
            select account_id, starts, max(coalesce(ends, date '9999-01-01')) over (
                partition by account_id order by starts rows between unbounded preceding
                and 1 preceding) as ended
            from ({SUBSCRIPTION_DAYS})
        ) where starts > ended + 30"""
    assert value(sound, f"select count(distinct account_id) from ({gaps})") >= 3
    pending = "select * from subscriptions where status = 'pending_renewal'"
    none_left_out(sound, pending)
    nothing(
        sound,
        f"select * from ({pending}) where abs(cast(renewal_date as date) - {END}) > 30 "
        "or valid_to <> renewal_date",
    )


def test_retention_is_plausible(sound: duckdb.DuckDBPyConnection) -> None:
    churn, net, gross, customers = rows(
        sound,
        f"""
        with days as ({SUBSCRIPTION_DAYS}),
        before as (
            select account_id, sum(value) as mrr from days
            where starts <= now - interval 12 month
                and (ends is null or ends > now - interval 12 month) group by 1
        ), after as (
            select account_id, sum(value) as mrr from days
            where starts <= now and (ends is null or ends > now) group by 1
        )
        select avg(cast(after.mrr is null as int)),
            cast(sum(coalesce(after.mrr, 0)) as double) / cast(sum(before.mrr) as double),
            cast(sum(least(coalesce(after.mrr, 0), before.mrr)) as double)
                / cast(sum(before.mrr) as double),
            count(*)
        from before left join after using (account_id)""",
    )[0]
    assert customers > 250
    assert 0.08 < churn < 0.17
    assert 0.97 < net < 1.13
    assert 0.83 < gross < 0.94


def test_sales_are_plausible(sound: duckdb.DuckDBPyConnection) -> None:
    sound.execute("""
        create or replace temp view real_deals as
        select *, coalesce(opportunity_type, 'new') as kind, stage like 'Closed%' as is_closed,
            stage = 'Closed Won' as is_won, cast(closed_date as date) - cast(created_date as date)
            as days
        from opportunities
        where pipeline_id <> 'partner_test' and is_deleted = 'false' and is_test = 'false'""")
    win_rate = "select avg(cast(is_won as int)) from real_deals where is_closed and kind = "
    assert 0.25 < value(sound, win_rate + "'new'") < 0.33
    assert 0.82 < value(sound, win_rate + "'renewal'") < 0.91
    assert 58 < value(sound, "select avg(days) from real_deals where is_won") < 75
    assert 0.07 < value(sound, "select avg(cast(not is_closed as int)) from real_deals") < 0.13
    pushed = """
        select count(distinct opportunity_id) from opportunity_field_history
        where field_name = 'expected_close_date'"""
    assert 0.34 < value(sound, pushed) / 3_000 < 0.47
    overdue = """
        select count(*) from real_deals
        where not is_closed and expected_close_date < '2026-07-01'"""
    assert 10 < value(sound, overdue) < 90
    created = "select count(*) from real_deals where kind = 'new' and created_date between "
    assert value(sound, created + "'2024-02-01' and '2024-12-31'") < value(
        sound, created + "'2025-02-01' and '2025-12-31'"
    )


def test_attainment_is_plausible(sound: duckdb.DuckDBPyConnection) -> None:
    """Bookings by the owner at close and its splits, at plan rates, over quarterly quotas."""
    attained, at_quota = rows(
        sound,
        """
        with rates as (
            select currency, year(cast(rate_date as date)) as fiscal_year,
                cast(rate as double) as rate from exchange_rates where rate_type = 'plan'
        ), later as (
            select opportunity_id, min_by(old_value, changed_at) as owner_at_close
            from opportunity_field_history join opportunities using (opportunity_id)
            where field_name = 'owner_id' and changed_at > closed_at group by 1
        ), won as (
            select o.opportunity_id, coalesce(owner_at_close, owner_id) as owner_id,
                date_trunc('quarter', cast(closed_date as date)) as quarter,
                cast(amount as double) * coalesce(rate, 1) as amount
            from opportunities o left join later using (opportunity_id)
            left join rates on rates.currency = o.currency
                and fiscal_year = year(cast(closed_date as date))
            where stage = 'Closed Won' and pipeline_id <> 'partner_test'
        ), credited as (
            select coalesce(user_id, owner_id) as user_id, quarter,
                sum(amount * coalesce(cast(split_rate as double), 1)) as amount
            from won left join opportunity_splits s
                on s.opportunity_id = won.opportunity_id and split_type = 'revenue'
            group by all
        ), quota as (
            select user_id, cast(period_start as date) as quarter,
                max(cast(amount as double) * coalesce(rate, 1)) as quota
            from quotas left join rates on rates.currency = quotas.currency
                and fiscal_year = year(cast(period_start as date))
            where user_id is not null and product_family_id is null and period_end <= '2026-07-01'
            group by all
        )
        select sum(coalesce(amount, 0)) / sum(quota),
            avg(cast(coalesce(amount, 0) >= quota as int))
        from quota left join credited using (user_id, quarter)""",
    )[0]
    assert 0.72 < attained < 0.90
    assert 0.38 < at_quota < 0.54


def test_surveys_ask_customers_within_their_scale(sound: duckdb.DuckDBPyConnection) -> None:
    nothing(
        sound,
        """
        select * from survey_responses
        where cast(score as double) not between cast(scale_min as double)
            and cast(scale_max as double) or cast(responded_at as timestamp) >= '2026-07-01'""",
    )
    nothing(
        sound,
        """
        select * from survey_responses r join opportunities o using (opportunity_id)
        where r.responded_at <= o.closed_at or o.stage <> 'Closed Won'""",
    )
    kinds = dict(rows(sound, "select survey_type, count(*) from survey_responses group by 1"))
    assert kinds.keys() == {"nps_relationship", "nps_transactional", "csat", "service_quality"}
    nothing(
        sound,
        """
        select response_id from survey_responses where survey_type = 'service_quality'
        group by response_id
        having count(*) <> 5 or count(distinct dimension) <> 5 or count(distinct account_id) > 1""",
    )
    twice = """
        select contact_id from survey_responses
        where survey_type = 'nps_relationship' and contact_id is not null
        group by contact_id, date_trunc('quarter', cast(responded_at as date))
        having count(*) > 1"""
    none_left_out(sound, twice)
    none_left_out(sound, "select * from survey_responses where contact_id is null")
    score = """
        select 100 * (avg(cast(cast(score as int) >= 9 as int))
            - avg(cast(cast(score as int) <= 6 as int)))
        from survey_responses where survey_type = 'nps_relationship'"""
    assert 20 < value(sound, score) < 45


def test_predictions_are_made_for_companies_that_were_invoiced(
    sound: duckdb.DuckDBPyConnection,
) -> None:
    nothing(
        sound,
        """
        select * from clv_predictions
        where account_id not in (select account_id from invoices)
            or cast(expected_purchases as double) < 0 or cast(expected_value as double) < 0""",
    )
    predicted = value(sound, "select sum(cast(expected_value as double)) from clv_predictions")
    bought = """
        select sum(cast(amount as double)) from invoices
        where coalesce(invoice_type, 'invoice') = 'invoice' and invoice_date >= '2025-07-01'"""
    assert 0.4 < predicted / value(sound, bought) < 2


def test_activities_make_sense(sound: duckdb.DuckDBPyConnection) -> None:
    nothing(
        sound,
        f"""
        select * from activities
        where cast(created_at as timestamp) >= {END}
            or (activity_type = 'meeting') <> (scheduled_start is not null)
            or scheduled_start <= created_at or scheduled_end <= scheduled_start
            or (status = 'completed') <> (completed_at is not null)
            or cast(completed_at as timestamp) > {END} + interval 1 day
            or (status = 'superseded') <> (superseded_by is not null)
            or (status = 'cancelled') <> (cancelled_at is not null)
            or (activity_type = 'email') <> (coalesce(sent_at, received_at) is not null)
            or responded_at <= received_at""",
    )
    nothing(
        sound,
        """
        select * from activities a join opportunities o using (opportunity_id)
        where a.account_id <> o.account_id or a.created_at < o.created_at""",
    )
    nothing(
        sound,
        """
        select * from activities reply
        join activities sent on reply.response_to_id = sent.activity_id
        where reply.thread_id <> sent.thread_id or reply.created_at <= sent.created_at""",
    )
    nothing(
        sound,
        """
        select * from activities put_off left join activities again
            on put_off.superseded_by = again.activity_id
        where put_off.status = 'superseded' and (
            again.activity_type <> 'meeting' or again.opportunity_id <> put_off.opportunity_id
            or again.scheduled_start <= put_off.scheduled_start)""",
    )
    per_deal = value(sound, "select count(opportunity_id) from activities") / 3_000
    assert 2.1 < per_deal < 2.6


def test_exchange_rates_stand_on_working_days_and_plans_on_new_year(
    sound: duckdb.DuckDBPyConnection,
) -> None:
    nothing(
        sound,
        """
        select * from exchange_rates
        where case rate_type when 'spot' then isodow(cast(rate_date as date)) > 5
            else strftime(cast(rate_date as date), '%m-%d') <> '01-01' end
            or cast(rate as double) not between 0.7 and 1.8""",
    )
    # No working day is left out, and the rates begin before the oldest subscription.
    nothing(
        sound,
        """
        select * from (
            select cast(rate_date as date) as day,
                lead(cast(rate_date as date)) over (
                    partition by currency order by rate_date
                ) as next
            from exchange_rates where rate_type = 'spot'
        ) where next - day <> case isodow(day) when 5 then 3 else 1 end""",
    )
    first_rate = "select min(rate_date) from exchange_rates where rate_type = 'spot'"
    assert value(sound, first_rate) <= value(sound, "select min(valid_from) from subscriptions")
    years = rows(
        sound,
        "select distinct year(cast(rate_date as date)) from exchange_rates "
        "where rate_type = 'plan' order by 1",
    )
    assert {2023, 2024, 2025, 2026} <= {year for (year,) in years}


def test_targets_are_a_dozen_and_aligned(sound: duckdb.DuckDBPyConnection) -> None:
    assert value(sound, "select count(*) from targets") >= 12
    kpis = {kpi for (kpi,) in rows(sound, "select distinct kpi_id from targets")}
    assert {"bookings", "win_rate", "nrr", "quota_attainment"} <= kpis
    nothing(
        sound,
        """
        select * from targets
        where cast(start_date as date) <> date_trunc('quarter', cast(start_date as date))
            or cast(end_date as date) - cast(start_date as date) not in (90, 91, 92, 365, 366)
            or (scope_type = 'total') <> (scope_id is null)
            or cast(updated_at as timestamp) >= '2026-07-01'""",
    )


# ---------- flaws


def test_flaws_leave_every_other_row_as_it_was(flawed_company: Company) -> None:
    clean = simulate(Parameters(has_flaws=False))
    assert clean.flaws == [] and clean.edits == {}
    for name in TABLES:
        assert clean.tables[name] == flawed_company.tables[name]


@pytest.mark.parametrize("flaw", sorted(FLAW_QUERIES))
def test_planted_flaws_are_in_the_data_and_no_others(
    flawed: duckdb.DuckDBPyConnection, flawed_company: Company, flaw: str
) -> None:
    listed = sorted(entry.record_id for entry in flawed_company.flaws if entry.flaw == flaw)
    assert 2 <= len(listed) <= 6
    assert sorted(row[0] for row in rows(flawed, FLAW_QUERIES[flaw])) == listed


@pytest.mark.parametrize("flaw", sorted(FLAW_QUERIES))
def test_a_sound_company_has_none(sound: duckdb.DuckDBPyConnection, flaw: str) -> None:
    nothing(sound, FLAW_QUERIES[flaw])


def test_the_list_of_flaws_is_complete(flawed_company: Company, tmp_path: Path) -> None:
    assert {entry.flaw for entry in flawed_company.flaws} == set(FLAW_QUERIES)
    write_flaws(flawed_company.flaws, tmp_path / "list.csv")
    with (tmp_path / "list.csv").open(newline="") as file:
        listed = list(csv.DictReader(file))
    assert len(listed) == len(flawed_company.flaws)
    assert len({row["flaw_id"] for row in listed}) == len(listed)
    assert all((row["amount_at_stake"] == "") == (row["currency"] == "") for row in listed)
    assert {row["table_name"] for row in listed} <= set(TABLES)


def test_no_deal_has_two_kinds_of_flaw(flawed_company: Company) -> None:
    kinds = Counter(
        record
        for record, _ in {
            (entry.record_id.split("|")[0], entry.flaw)
            for entry in flawed_company.flaws
            if entry.record_id.startswith("OPP-")
        }
    )
    assert [record for record, count in kinds.items() if count > 1] == []


def test_a_duplicate_says_the_older_amount(flawed: duckdb.DuckDBPyConnection) -> None:
    nothing(
        flawed,
        """
        select opportunity_id from opportunities where opportunity_id is not null group by 1
        having count(*) > 1 and (
            count(distinct amount) <> 2 or count(distinct updated_at) <> 2
            or max_by(try_cast(amount as double), updated_at)
                <= min_by(try_cast(amount as double), updated_at))
        """,
    )


# ---------- the command


@pytest.fixture(scope="module")
def command() -> Typer:
    application = Typer()
    application.command()(main)
    return application


def test_the_command_writes_a_company(command: Typer, tmp_path: Path) -> None:
    out, flaws = tmp_path / "raw", tmp_path / "flaws.csv"
    arguments = ["--opportunities", "300", "--seed", "4", "--out", str(out)]
    result = CliRunner().invoke(command, [*arguments, "--flaws-list", str(flaws)])
    assert result.exit_code == 0, result.output
    expected = simulate(Parameters(opportunities=300, seed=4))
    write_files(expected, tmp_path / "expected", "csv")
    assert filecmp.cmpfiles(out, tmp_path / "expected", [f"{n}.csv" for n in TABLES], False)[0] == [
        f"{n}.csv" for n in TABLES
    ]
    assert flaws.read_text().count("\n") == len(expected.flaws) + 1


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--opportunities", "10"], "opportunities must be between 200 and"),
        (["--months", "3"], "months must be between 12 and 120"),
        (["--format", "parquet"], "dbt seeds are CSV"),
    ],
)
def test_the_command_says_what_is_wrong(command: Typer, arguments: list[str], reason: str) -> None:
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 1
    assert reason in " ".join(result.stderr.split())
    assert "Traceback" not in result.output


# ---------- leads


def test_leads_become_deals_in_order(sound: duckdb.DuckDBPyConnection) -> None:
    none_left_out(sound, "select * from leads where status = 'converted'")
    nothing(
        sound,
        """
        select lead_id from leads
        where created_at > least(qualified_at, disqualified_at, converted_at, first_touch_at)
            or (status = 'converted') <> (converted_account_id is not null)
            or (converted_opportunity_id is not null and converted_account_id is null)""",
    )
    nothing(
        sound,
        """
        select lead_id from leads join opportunities on converted_opportunity_id = opportunity_id
        where leads.converted_at <> opportunities.created_at
            or leads.lead_source is distinct from opportunities.lead_source
            or leads.converted_account_id <> opportunities.account_id""",
    )
    assert 0.03 < value(sound, "select avg((status = 'spam')::int) from leads") * 2 < 0.1
    # Some people ask twice.
    repeats = "select count(*) - count(distinct email) from leads where email is not null"
    assert value(sound, repeats) > 20
    assert value(sound, "select count(duplicate_of_lead_id) from leads") > 20


# ---------- marketing


def test_visits_make_leads(sound: duckdb.DuckDBPyConnection) -> None:
    none_left_out(sound, "select * from web_sessions where lead_id is not null")
    nothing(
        sound,
        """
        select session_id from web_sessions join leads using (lead_id)
        where created_at not between session_start and session_end
            or lead_source not in ('Web', 'Website', 'Organic Search', 'Paid Search')""",
    )
    nothing(sound, "select session_id from web_sessions where session_end < session_start")
    leads = value(sound, "select count(lead_id) / count(*) from web_sessions")
    assert 0.01 < leads < 0.09
    nothing(
        sound,
        """
        select touch_id from touchpoints left join leads on person_id = lead_id
        where occurred_at > created_at or lead_id is null
            or opportunity_id is distinct from converted_opportunity_id""",
    )
    nothing(
        sound,
        """
        select member_id from campaign_members join leads on member_id = lead_id
        where campaign_members.campaign_id <> leads.campaign_id""",
    )


def test_campaigns_cost_about_their_budget(sound: duckdb.DuckDBPyConnection) -> None:
    nothing(
        sound,
        """
        select campaign_id from campaigns
        left join (
            select campaign_id, sum(cast(amount as double)) as spent
            from marketing_spend group by 1
        ) using (campaign_id)
        where coalesce(spent, 0) not between cast(budget_amount as double) * 0.8
            and cast(budget_amount as double) * 1.2""",
    )


def test_markets_are_several_times_the_company(sound: duckdb.DuckDBPyConnection) -> None:
    share = value(
        sound,
        """
        select (select sum(cast(amount as double)) from revenue_events)
            / sum(cast(total_value as double))
        from market_sizes
        where geography is null and product_family_id is null and segment_id is null
            and competitor_id = 'CPT-01'
            and cast(period_end as date) = cast(period_start as date) + interval 3 month""",
    )
    assert 0.05 < share < 0.3
    nothing(
        sound,
        """
        select market_id from market_sizes
        where cast(competitor_value as double) > cast(total_value as double) / 2""",
    )
    nothing(
        sound,
        """
        select expense_id from expenses
        where (region_id is null) <> (team_id is null)""",
    )
