"""A PostgreSQL server of one's own on 127.0.0.1, for tests, benchmarks and to try a load.

    python -m ops postgres up      # with a simulated company in its schema crm
    python -m ops postgres down

The programs are those of the operating system's package (Debian: postgresql). The server's files
stand in a folder of their own for temporary files, and it is stopped by the process id that the
server itself wrote there.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Annotated

import duckdb
import typer

from ops.landing.contract import Table, load_contract
from ops.landing.databases import load_extension
from ops.landing.files import RawFile, raw_files
from ops.warehouse import (
    WAREHOUSE,
    WarehouseError,
    first_line,
    literal,
    make_folder,
    progress,
    quoted,
    stop,
)

HOST = "127.0.0.1"
OWNER = "owner"
STATE = WAREHOUSE / "postgres.json"
# Debian and its like keep the server's programs off the path, a folder for each version.
VERSIONS = Path("/usr/lib/postgresql")
SECONDS = 600
# PostgreSQL's own, but waits for no disk: what it holds here can be made again.
SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=4GB")
TYPES = {"string": "varchar", "integer": "bigint"}
MOST_DIGITS = 38


@dataclass(frozen=True)
class Server:
    """A server that runs: the folder of its files, and its port."""

    folder: Path
    port: int

    @property
    def data(self) -> Path:
        """Its data directory."""
        return self.folder / "data"

    @property
    def is_running(self) -> bool:
        """Whether the process is there whose id the server wrote into its folder."""
        try:
            os.kill(int((self.data / "postmaster.pid").read_text().split()[0]), 0)
        except (OSError, ValueError, IndexError):
            return False
        return True

    def address(self, schema: str) -> str:
        """The address of a schema for whoever may do everything there."""
        return f"postgresql://{OWNER}@{HOST}:{self.port}/postgres?schema={schema}"

    def execute(self, *statements: str) -> None:
        """Execute SQL as the owner; WarehouseError when it fails."""
        program = find_program("psql")
        command = [program, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", HOST, "-p", str(self.port)]
        command += ["-U", OWNER, "-d", "postgres"]
        for statement in statements:
            command += ["-c", statement]
        _run(command, self.folder)


def is_installed() -> bool:
    """Whether a server can be started here."""
    try:
        for name in ("initdb", "pg_ctl", "psql"):
            find_program(name)
        _as_owner()
    except WarehouseError:
        return False
    return True


def find_program(name: str) -> str:
    """A program of PostgreSQL, on the path or where its packages put it; the newest of several."""
    found = shutil.which(name)
    if found:
        return found
    versions = (path for path in VERSIONS.glob(f"*/bin/{name}") if os.access(path, os.X_OK))
    newest = max(versions, key=lambda path: float(path.parts[-3]), default=None)
    if newest is None:
        raise WarehouseError(
            f"{name}: PostgreSQL's server is not installed; install it (Debian: postgresql)"
        )
    return str(newest)


@contextmanager
def running_server() -> Iterator[Server]:
    """A server with an empty database, stopped and removed at the end."""
    server = start()
    try:
        yield server
    finally:
        remove(server)


def start() -> Server:
    """Start a server with an empty database; WarehouseError when it does not start."""
    initdb, pg_ctl = find_program("initdb"), find_program("pg_ctl")
    as_owner = _as_owner()
    # The folder of a project may be closed to the user who runs the server.
    server = Server(Path(mkdtemp(prefix="postgres_")), _free_port())
    try:
        if as_owner:
            shutil.chown(server.folder, "postgres")
        options = [f"-h {HOST} -p {server.port} -k {server.folder}"]
        options += [f"-c {setting}" for setting in SETTINGS]
        initialise = [initdb, "-D", str(server.data), "-A", "trust", "-U", OWNER]
        _run([*as_owner, *initialise, "-E", "UTF8", "--no-sync"], server.folder)
        command = [pg_ctl, "-D", str(server.data), "-l", str(server.folder / "log"), "-w"]
        _run([*as_owner, *command, "-o", " ".join(options), "start"], server.folder)
    except BaseException:
        remove(server)
        raise
    return server


def remove(server: Server) -> None:
    """Stop a server, by the process id in its folder, and remove its files."""
    if server.is_running:
        command = [find_program("pg_ctl"), "-D", str(server.data), "-m", "immediate", "-w", "stop"]
        _run([*_as_owner(), *command], server.folder)
    shutil.rmtree(server.folder, ignore_errors=True)


def fill(server: Server, schema: str, folder: Path) -> dict[str, int]:
    """Write a folder of raw files as tables of a schema; gives the rows of each.

    A table of the contract has the contract's types and its key, where its values allow it; any
    other has the types that its values suggest, and the key `id` where it has one.
    """
    server.execute(f"create schema {quoted(schema)}")
    tables = load_contract().deliverable
    rows: dict[str, int] = {}
    address = f"host={HOST} port={server.port} dbname=postgres user={OWNER}"
    with closing(duckdb.connect()) as connection:
        connection.execute("set TimeZone = 'UTC'")
        load_extension(connection, "postgres")
        connection.execute(f"attach {literal(address)} as server (type postgres)")
        for file in progress(raw_files(folder), f"filling {schema}"):
            if not file.suffix:
                continue
            name = Path(file.stem).name
            table = tables.get(name)
            read = _read(file, is_text=table is not None)
            columns = [row[0] for row in connection.execute(f"describe {read}").fetchall()]
            key = table.key if table else tuple(c for c in columns if c.lower() == "id")
            create = f"create table server.{quoted(schema)}.{quoted(name)} as "
            try:
                typed = _typed(connection, read, columns, table) if table else read
                connection.execute(create + typed)
            except duckdb.ConversionException:
                connection.execute(create + read)
            counted = connection.execute(f"select count(*) from ({read})").fetchone()
            rows[name] = counted[0] if counted else 0
            if key and set(key) <= set(columns):
                _add_key(server, f"{quoted(schema)}.{quoted(name)}", key)
    return rows


def _read(file: RawFile, is_text: bool) -> str:
    """The SELECT that reads a file, a text file with the types that its values suggest or none."""
    path = literal(str(file.path))
    if file.suffix == ".parquet":
        return f"select * from read_parquet({path})"
    if file.suffix in (".jsonl", ".ndjson"):
        return f"select * from read_json({path}, sample_size = -1)"
    types = "all_varchar = true" if is_text else "sample_size = -1"
    return f"select * from read_csv({path}, header = true, {types})"


def _typed(
    connection: duckdb.DuckDBPyConnection, read: str, columns: Sequence[str], table: Table
) -> str:
    """The SELECT with the columns in the types of the contract."""
    types = {column.name: column.data_type for column in table.columns}
    decimals = [column for column in columns if types.get(column) == "decimal"]
    digits: dict[str, int] = {}
    if decimals:
        # As many digits behind the point as are written.
        written = ", ".join(f"max(length(split_part({quoted(c)}, '.', 2)))" for c in decimals)
        found = connection.execute(f"select {written} from ({read})").fetchone() or ()
        digits = {
            c: min(count or 0, MOST_DIGITS // 2) for c, count in zip(decimals, found, strict=True)
        }
    values = []
    for column in columns:
        data_type = types.get(column, "string")
        if data_type == "decimal":
            data_type = f"decimal({MOST_DIGITS}, {digits[column]})"
        values.append(
            f"cast({quoted(column)} as {TYPES.get(data_type, data_type)}) as {quoted(column)}"
        )
    return f"select {', '.join(values)} from ({read})"


def _add_key(server: Server, relation: str, key: Sequence[str]) -> None:
    """Make columns the primary key of a table, unless its rows have not one each."""
    columns = ", ".join(map(quoted, key))
    with suppress(WarehouseError):
        server.execute(f"alter table {relation} add primary key ({columns})")


def _as_owner() -> list[str]:
    """What runs a program as the server's user: nothing, or for root, whom it refuses, runuser."""
    if os.geteuid() != 0:
        return []
    runuser = shutil.which("runuser")
    if runuser is None:
        raise WarehouseError("runuser: is missing; PostgreSQL's server refuses to be run by root")
    return [runuser, "-u", "postgres", "--"]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])


def _run(command: list[str], folder: Path) -> None:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            text=True,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise WarehouseError(f"{Path(command[0]).name}: {first_line(error)}") from error
    if done.returncode != 0:
        log = folder / "log"
        said = done.stderr or (log.read_text(errors="replace") if log.exists() else "")
        raise WarehouseError(f"PostgreSQL: {first_line(said or ' '.join(command))}")


@contextmanager
def _company(raw: Path | None) -> Iterator[Path]:
    """A folder of raw files, by default those of a simulated company without flaws."""
    if raw is not None:
        yield raw
        return
    from ops.simulate.company import simulate
    from ops.simulate.parameters import Parameters
    from ops.simulate.write import write_files

    with TemporaryDirectory(prefix="company_") as folder:
        write_files(simulate(Parameters(has_flaws=False)), Path(folder), "parquet")
        yield Path(folder)


app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.command()
def up(
    raw: Annotated[
        Path | None,
        typer.Option(help="Folder of raw files to fill it with, instead of a simulated company."),
    ] = None,
    schema: Annotated[str, typer.Option(help="Schema to fill.")] = "crm",
) -> None:
    """Start a server on 127.0.0.1 and fill a schema of it."""
    try:
        if STATE.exists():
            raise WarehouseError(f"{STATE}: a server was started; stop it: make postgres-down")
        make_folder(STATE.parent)
        server = start()
        try:
            with _company(raw) as folder:
                rows = fill(server, schema, folder)
            STATE.write_text(json.dumps({"folder": str(server.folder), "port": server.port}))
        except BaseException:
            remove(server)
            raise
    except (WarehouseError, duckdb.Error) as error:
        stop(WarehouseError(first_line(error)))
    print(f"{len(rows)} tables, {sum(rows.values()):,} rows: {server.address(schema)}")


@app.command()
def down() -> None:
    """Stop the server that was started, and remove its files."""
    try:
        if not STATE.exists():
            raise WarehouseError(f"{STATE}: no server was started")
        said = json.loads(STATE.read_text())
        remove(Server(Path(said["folder"]), int(said["port"])))
        STATE.unlink()
    except WarehouseError as error:
        stop(error)
    print("stopped")
