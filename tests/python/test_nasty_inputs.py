"""Whatever is handed to landing, a person gets a sentence and an exit code, never a traceback."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from ops.landing.land import app, land
from ops.publishing.refresh import given_as_of, refresh
from ops.warehouse import WarehouseError

DEALS = b"opportunity_id,stage,created_date\nO1,Won,2026-01-05\n"


class Place:
    """A raw folder with two deals, a mapping folder, a database and options for landing them."""

    def __init__(self, folder: Path) -> None:
        self.raw, self.mapping = folder / "raw", folder / "mapping"
        self.database = folder / "warehouse" / "landed.duckdb"
        self.raw.mkdir()
        self.mapping.mkdir()
        self.database.parent.mkdir()
        self.deals = self.raw / "opportunities.csv"
        self.deals.write_bytes(DEALS)


def not_a_database(place: Place) -> None:
    place.database.write_bytes(b"x" * 5000)


def another_database(place: Place) -> None:
    with duckdb.connect(place.database) as connection:
        connection.execute("create schema raw_crm")
        connection.execute("create view raw_crm.opportunities as select 1 as a")


def database_below_a_file(place: Place) -> None:
    (place.database.parent / "file").write_text("")
    place.database = place.database.parent / "file" / "deeper" / "landed.duckdb"


def name_in_another_encoding(place: Place) -> None:
    place.deals.rename(os.fsdecode(os.fsencode(place.raw) + b"/f\xfcnf.csv"))


def name_that_steers_a_terminal(place: Place) -> None:
    place.deals.rename(place.raw / "deals\x1b[2J\n.csv")


def link_that_leads_nowhere(place: Place) -> None:
    place.deals.unlink()
    place.deals.symlink_to("nowhere.csv")


def link_to_itself(place: Place) -> None:
    place.deals.unlink()
    place.deals.symlink_to(place.deals)


def no_raw_folder(place: Place) -> None:
    place.raw = Path("/dev/null")


def file_that_is_a_folder(place: Place) -> None:
    place.deals.unlink()
    place.deals.mkdir()


def manifest_that_is_a_folder(place: Place) -> None:
    (place.raw / "manifest.yml").mkdir()


def manifest_of_bytes(place: Place) -> None:
    (place.raw / "manifest.yml").write_bytes(b"\xff\xfe\x00")


def manifest_of_many_levels(place: Place) -> None:
    (place.raw / "manifest.yml").write_text("[" * 5000)


def manifest_of_a_year_beyond_years(place: Place) -> None:
    (place.raw / "manifest.yml").write_text("extracted_at: 99999-01-01T00:00:00Z")


def manifest_with_an_object(place: Place) -> None:
    (place.raw / "manifest.yml").write_text("extracted_at: !!python/object:os.system {}")


def settings_that_are_a_folder(place: Place) -> None:
    (place.mapping / "settings.yml").mkdir()


def settings_with_keys_that_are_lists(place: Place) -> None:
    (place.mapping / "settings.yml").write_text("? [a, b]\n: 1\n")


def select_that_is_a_folder(place: Place) -> None:
    (place.mapping / "opportunities.sql").mkdir()


def select_with_a_nul(place: Place) -> None:
    (place.mapping / "opportunities.sql").write_bytes(b"select \x00 from deals")


def select_of_many_levels(place: Place) -> None:
    (place.mapping / "opportunities.sql").write_text("select " + "(" * 5000 + "1" + ")" * 5000)


def select_that_is_empty(place: Place) -> None:
    (place.mapping / "opportunities.sql").write_text(" -- nothing\n")


def no_mapping_folder(place: Place) -> None:
    place.mapping = place.mapping / "nowhere"


def options_that_extend_a_file(place: Place) -> None:
    (place.mapping / "options.yml").write_text("extends: options.yml")


def options_of_an_odd_encoding(place: Place) -> None:
    (place.mapping / "options.yml").write_text("defaults: {encoding: hex}")


def gzip_that_was_cut_off(place: Place) -> None:
    place.deals.unlink()
    packed = gzip.compress(DEALS * 1000)
    (place.raw / "opportunities.csv.gz").write_bytes(packed[: len(packed) // 2])


def workbook_with_a_password(place: Place) -> None:
    place.deals.unlink()
    (place.raw / "opportunities.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 100)


def json_of_many_levels(place: Place) -> None:
    place.deals.unlink()
    (place.raw / "opportunities.jsonl").write_text("[" * 100_000)


def file_of_nul_bytes(place: Place) -> None:
    place.deals.write_bytes(b"\0" * 10_000)


def file_of_too_many_columns(place: Place) -> None:
    place.deals.write_text(",".join(f"c{number}" for number in range(5_000)) + "\n")


def header_without_an_end(place: Place) -> None:
    place.deals.write_bytes(b'"opportunity_id' + b"x" * 5_000_000)


NASTY = [
    not_a_database,
    another_database,
    database_below_a_file,
    name_in_another_encoding,
    name_that_steers_a_terminal,
    link_that_leads_nowhere,
    link_to_itself,
    no_raw_folder,
    file_that_is_a_folder,
    manifest_that_is_a_folder,
    manifest_of_bytes,
    manifest_of_many_levels,
    manifest_of_a_year_beyond_years,
    manifest_with_an_object,
    settings_that_are_a_folder,
    settings_with_keys_that_are_lists,
    select_that_is_a_folder,
    select_with_a_nul,
    select_of_many_levels,
    select_that_is_empty,
    no_mapping_folder,
    options_that_extend_a_file,
    options_of_an_odd_encoding,
    gzip_that_was_cut_off,
    workbook_with_a_password,
    json_of_many_levels,
    file_of_nul_bytes,
    file_of_too_many_columns,
    header_without_an_end,
]


@pytest.mark.parametrize("spoil", NASTY, ids=lambda spoil: spoil.__name__)
def test_no_traceback_reaches_a_user(tmp_path: Path, spoil: Callable[[Place], None]) -> None:
    place = Place(tmp_path)
    spoil(place)
    arguments = [place.raw, "--mapping", place.mapping, "--database", place.database]

    result = CliRunner().invoke(app, list(map(str, arguments)))

    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 1
    (reason,) = result.stderr.strip().splitlines()
    assert reason.isprintable()
    assert len(reason) > 20


@pytest.mark.parametrize("as_of", ["tomorrow", "2026-02-30", "0001-01-01", "2199-01-01"])
def test_an_as_of_that_cannot_be_is_refused(tmp_path: Path, as_of: str) -> None:
    place = Place(tmp_path)
    target = tmp_path / "published" / "kpis.duckdb"

    with pytest.raises(WarehouseError, match=r"--as-of \(AS_OF\) is"):
        refresh(place.raw, None, place.database, target, as_of=as_of)
    assert not target.exists()


def test_a_day_is_its_first_midnight_in_the_reporting_time_zone(tmp_path: Path) -> None:
    place = Place(tmp_path)
    (place.mapping / "settings.yml").write_text("reporting_tz: America/New_York\n")
    land(place.raw, place.mapping, place.database)
    assert given_as_of("2026-04-01", place.database) == datetime(2026, 4, 1, 4)
    assert given_as_of("2026-04-01T06:00:00+02:00", place.database) == datetime(2026, 4, 1, 4)
