"""Where the warehouse's files stand, and how the commands open, name and lock them."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn, TypeVar

import duckdb
import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, track

PROJECT = Path(__file__).resolve().parent.parent
WAREHOUSE = PROJECT / "warehouse"
SAMPLE_DATABASE = WAREHOUSE / "sample.duckdb"
LANDED_DATABASE = WAREHOUSE / "landed.duckdb"
PUBLISHED_DATABASE = WAREHOUSE / "sales_kpis.duckdb"
QUALITY_GATES = WAREHOUSE / "quality_gates"
MANIFEST = PROJECT / "target" / "manifest.json"

SAMPLE_SCHEMA = "sample_crm"
LANDED_SCHEMA = "raw_crm"
PUBLISHED_SCHEMAS = ("marts", "kpis", "reports", "quality")

REPORT_WIDTH = 120

progress_console = Console(stderr=True)

Item = TypeVar("Item")


def report_console() -> Console:
    """Where commands print their results: as wide as the terminal, REPORT_WIDTH without one."""
    console = Console()
    return console if console.is_terminal else Console(width=REPORT_WIDTH)


class WarehouseError(Exception):
    """A failure a person can act on; its text is one sentence, its details one line each."""

    def __init__(self, reason: str, details: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.details = details


def stop(error: WarehouseError) -> NoReturn:
    """Ends a command with the error's details and reason on stderr and exit code 1."""
    for line in (*error.details, str(error)):
        print(printable(line), file=sys.stderr)
    raise typer.Exit(1)


def progress(items: Collection[Item], text: str) -> Iterator[Item]:
    """The items, with a progress bar on stderr that goes away; silent where nobody watches."""
    yield from track(
        items,
        text,
        console=progress_console,
        transient=True,
        disable=not progress_console.is_terminal,
    )


@contextmanager
def saying(verb: str) -> Iterator[Callable[[str], None]]:
    """A function that tells on stderr, beside a clock, what is being done: landing accounts.

    The line goes away at the end.
    """
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        console=progress_console,
        transient=True,
    ) as bar:
        task = bar.add_task("reading", total=None)
        yield lambda step: bar.update(task, description=printable(f"{verb} {step}"))


def printable(text: str) -> str:
    """The text with escapes for what would steer a terminal or cannot be shown: ESC is \\x1b."""
    if text.isprintable():
        return text
    return "".join(
        mark if mark.isprintable() else mark.encode("unicode_escape").decode() for mark in text
    )


def quoted(name: str) -> str:
    """The name as a SQL identifier that cannot end early."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """The text as a SQL string that cannot end early."""
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def open_read_only(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Opens a DuckDB file for reading and closes it again.

    Raises WarehouseError when the file is absent, not a DuckDB file, or held by a writer.
    """
    if not database.is_file():
        raise WarehouseError(f"{database}: the file does not exist; build or refresh first")
    try:
        connection = duckdb.connect(database, read_only=True)
    except duckdb.Error as error:
        raise WarehouseError(
            f"{database}: cannot be opened for reading: {first_line(error)}"
        ) from error
    try:
        connection.execute("set TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()


def make_folder(folder: Path) -> None:
    """Makes a folder where there is none; WarehouseError when that is not allowed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WarehouseError(f"{folder}: cannot be made: {error.strerror}") from error


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Lets one refresh or publication at a time work in the folder of the published file.

    The operating system frees the lock when its process ends, however it ends.
    Raises WarehouseError when another process holds it.
    """
    make_folder(folder)
    lock_file = folder / ".writer.lock"
    try:
        lock = lock_file.open("a+")
    except OSError as error:
        raise WarehouseError(f"{lock_file}: cannot be written: {error.strerror}") from error
    with lock as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            handle.seek(0)
            holder = handle.read().strip() or "unknown"
            raise WarehouseError(
                f"{folder}: another refresh is running (process {holder}); wait until it ends"
            ) from error
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield


def first_line(error: object) -> str:
    """The first non-empty line of an error's text."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
