"""Starts and stops a Spark cluster on this machine: a master, two workers and a Thrift server.

Everything comes from Python packages but Java. The servers listen on 127.0.0.1 only. Their process
ids stand in warehouse/spark/cluster.json; stopping goes by them and by nothing else.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from ops.warehouse import WAREHOUSE, WarehouseError, progress_console, stop

HOST = "127.0.0.1"
RUN = WAREHOUSE / "spark"
JAVA_VERSION = 17
JAVA_PACKAGE = "openjdk-17-jre-headless"
ICEBERG_JAR = "iceberg-spark-runtime-3.5_2.12-*.jar"
WORKERS = 2
WORKER_MEMORY = "2g"
EXECUTOR_MEMORY = "1500m"
DRIVER_MEMORY = "2g"
MASTER_PORT = 7077
MASTER_PAGE_PORT = 8091
THRIFT_PORT = 10000
START_SECONDS = 120.0
STOP_SECONDS = 20.0
LOG_LINES = 5
# The metastore asks for a garbage collection after every table: a sixth of a build.
JAVA_OPTIONS = "-XX:+UseParallelGC -XX:+DisableExplicitGC"


@dataclass(frozen=True)
class Server:
    """A server of the cluster: its name, process id, port, and text that its command line holds."""

    name: str
    pid: int
    port: int
    mark: str

    @property
    def is_running(self) -> bool:
        """True while a process of this id with this command line is there."""
        return self.mark in command_line(self.pid)


@dataclass(frozen=True)
class Cluster:
    """A cluster's folder; what stands in it says what was started."""

    run: Path = RUN

    @property
    def state(self) -> Path:
        """The list of servers that were started."""
        return self.run / "cluster.json"

    def log(self, name: str) -> Path:
        """Output of a server."""
        return self.run / "logs" / f"{name}.log"

    def servers(self) -> tuple[Server, ...]:
        """The servers that were started and not yet stopped.

        Raises WarehouseError when the list cannot be read.
        """
        try:
            return tuple(Server(**entry) for entry in json.loads(self.state.read_text()))
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, TypeError) as error:
            raise WarehouseError(
                f"{self.state}: not a list of servers; stop them by hand and remove {self.run}"
            ) from error

    def note(self, servers: tuple[Server, ...]) -> None:
        """Writes down what was started, so that a later command can stop it."""
        self.state.write_text(json.dumps([vars(server) for server in servers], indent=2))


def find_java() -> Path:
    """The java program of JAVA_HOME, or else of the path; WarehouseError unless it is Java 17."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    remedy = f"install it (Debian: {JAVA_PACKAGE}) or point JAVA_HOME at it"
    if not found:
        raise WarehouseError(f"Spark needs Java {JAVA_VERSION} and finds none; {remedy}")
    said = subprocess.run([found, "-version"], capture_output=True, text=True, check=False)
    version = re.search(r'version "(\d+)', said.stderr + said.stdout)
    if not version or int(version[1]) != JAVA_VERSION:
        stated = version[1] if version else "an unknown version"
        raise WarehouseError(f"Spark needs Java {JAVA_VERSION}, {found} is {stated}; {remedy}")
    return Path(found)


def find_package(name: str) -> Path:
    """The folder of an installed package; WarehouseError says how to install it."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise WarehouseError(f"the package {name} is missing; run make spark-install")
    return Path(next(iter(spec.submodule_search_locations)))


def find_iceberg() -> Path:
    """The Iceberg jar for this Spark; WarehouseError when the package does not hold it."""
    package = find_package("snowpark_connect_deps_iceberg")
    jars = sorted(package.glob(f"jars/{ICEBERG_JAR}"))
    if len(jars) != 1:
        raise WarehouseError(f"{package}: expected one {ICEBERG_JAR}, found {len(jars)}")
    return jars[0]


def settings(run: Path, jar: Path) -> dict[str, str]:
    """Spark's settings: an Iceberg catalog with its files and its metastore in the run folder."""
    warehouse = f"file:{run / 'warehouse'}"
    iceberg = "org.apache.iceberg.spark"
    return {
        # Sessions of the Thrift server do not see --jars.
        "spark.driver.extraClassPath": str(jar),
        "spark.executor.extraClassPath": str(jar),
        "spark.sql.extensions": f"{iceberg}.extensions.IcebergSparkSessionExtensions",
        "spark.sql.catalog.lake": f"{iceberg}.SparkCatalog",
        "spark.sql.catalog.lake.type": "hive",
        "spark.sql.catalog.lake.warehouse": warehouse,
        # Each session would keep tables for itself and not see that another has replaced them.
        "spark.sql.catalog.lake.cache-enabled": "false",
        "spark.sql.defaultCatalog": "lake",
        "spark.sql.warehouse.dir": warehouse,
        "spark.sql.catalogImplementation": "hive",
        "spark.hadoop.hive.metastore.warehouse.dir": warehouse,
        "spark.hadoop.iceberg.engine.hive.lock-enabled": "false",
        # A model may change its columns; Iceberg keeps them, and the metastore has no say in it.
        "spark.hadoop.hive.metastore.disallow.incompatible.col.type.changes": "false",
        "spark.driver.extraJavaOptions": f"-Dderby.system.home={run / 'metastore'} {JAVA_OPTIONS}",
        "spark.executor.extraJavaOptions": JAVA_OPTIONS,
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "true",
        # The data of a test is small: two hundred partitions would be two hundred tasks a join, and
        # compiling a query to Java takes longer than running it.
        "spark.sql.shuffle.partitions": str(WORKERS),
        "spark.sql.codegen.wholeStage": "false",
        "spark.executor.memory": EXECUTOR_MEMORY,
        "spark.driver.memory": DRIVER_MEMORY,
        "spark.driver.host": HOST,
        "spark.ui.enabled": "false",
    }


def commands(run: Path, home: Path, jar: Path) -> dict[str, tuple[int, list[str]]]:
    """Port and command line of each server, in the order in which they start."""
    master = f"spark://{HOST}:{MASTER_PORT}"
    spark_class = [str(home / "bin" / "spark-class")]
    deploy = "org.apache.spark.deploy"
    started: dict[str, tuple[int, list[str]]] = {
        "master": (
            MASTER_PORT,
            [*spark_class, f"{deploy}.master.Master", "--host", HOST, "--port", str(MASTER_PORT)]
            + ["--webui-port", str(MASTER_PAGE_PORT)],
        )
    }
    for number in range(1, WORKERS + 1):
        port = MASTER_PORT + 3 + number
        started[f"worker_{number}"] = (
            port,
            [*spark_class, f"{deploy}.worker.Worker", "--host", HOST, "--port", str(port)]
            + ["--webui-port", str(MASTER_PAGE_PORT + number), "--cores", "1"]
            + ["--memory", WORKER_MEMORY, "--work-dir", str(run / f"work_{number}"), master],
        )
    conf = [part for item in settings(run, jar).items() for part in ("--conf", "=".join(item))]
    started["thrift"] = (
        THRIFT_PORT,
        [str(home / "bin" / "spark-submit"), "--master", master]
        + ["--class", "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2", *conf]
        + ["spark-internal", "--hiveconf", f"hive.server2.thrift.port={THRIFT_PORT}"]
        + ["--hiveconf", f"hive.server2.thrift.bind.host={HOST}"],
    )
    return started


def up(cluster: Cluster, progress: Callable[[str], None]) -> tuple[Server, ...]:
    """Starts the cluster and waits until it answers a query.

    Raises WarehouseError, with everything stopped again, when a server does not start.
    """
    running = [server for server in cluster.servers() if server.is_running]
    if running:
        raise WarehouseError("the cluster is running already; stop it with spark_cluster down")
    java = find_java()
    home, jar = find_package("pyspark"), find_iceberg()
    to_start = commands(cluster.run, home, jar)
    taken = [f"{port} ({name})" for name, (port, _) in to_start.items() if is_open(port)]
    if taken:
        raise WarehouseError(
            f"port {', '.join(taken)} on {HOST} is taken; stop the program that listens there"
        )
    shutil.rmtree(cluster.run, ignore_errors=True)
    for folder in ("logs", "warehouse", "metastore"):
        (cluster.run / folder).mkdir(parents=True)
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": HOST,
        "JAVA_HOME": str(java.resolve().parent.parent),
    }
    servers: tuple[Server, ...] = ()
    try:
        for name, (port, command) in to_start.items():
            progress(name)
            server = start(name, port, command, cluster.log(name), environment)
            servers = (*servers, server)
            cluster.note(servers)
            wait_until(lambda: is_open(port), server, cluster.log(name))  # noqa: B023
        progress("first query")
        wait_until(answers, servers[-1], cluster.log("thrift"))
    except BaseException:
        stop_servers(servers)
        raise
    return servers


def start(
    name: str, port: int, command: list[str], log: Path, environment: Mapping[str, str]
) -> Server:
    """Starts a server in a session of its own, so that it outlives this command."""
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=log.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    # The start scripts end in exec, so the id stays and Java's command line names the class.
    (mark,) = [part for part in command if part.startswith("org.apache.spark.")][:1]
    return Server(name=name, pid=process.pid, port=port, mark=mark)


def wait_until(is_ready: Callable[[], bool], server: Server, log: Path) -> None:
    """Waits until a server is ready; WarehouseError when it ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while not is_ready():
        if has_ended(server.pid):
            reason = "ended at once"
        elif time.monotonic() > deadline:
            reason = f"did not answer within {START_SECONDS:.0f} s"
        else:
            time.sleep(0.25)
            continue
        lines = log.read_text(errors="replace").strip().splitlines()[-LOG_LINES:]
        raise WarehouseError(f"Spark's {server.name} {reason}", tuple(lines))


def is_open(port: int) -> bool:
    """True when a program listens on the port."""
    with socket.socket() as connection:
        connection.settimeout(1)
        return connection.connect_ex((HOST, port)) == 0


def answers() -> bool:
    """True when the Thrift server answers a query."""
    from pyhive import hive
    from thrift.Thrift import TException

    try:
        connection = hive.connect(host=HOST, port=THRIFT_PORT, username="dbt")
    except (TException, OSError):
        return False
    try:
        cursor = connection.cursor()
        cursor.execute("select 1")
        return cursor.fetchall() == [(1,)]
    except (hive.OperationalError, TException):
        return False
    finally:
        connection.close()


def command_line(pid: int) -> str:
    """A process's command line; empty when there is no such process."""
    found = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return found.stdout.strip()


def has_ended(pid: int) -> bool:
    """True when the process is gone or only waits to be noticed."""
    found = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return found.stdout.strip()[:1] in ("", "Z")


def stop_servers(servers: tuple[Server, ...]) -> None:
    """Stops servers, the last started first: asks, waits, then forces."""
    for server in reversed(servers):
        if not server.is_running:
            continue
        for asked in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.kill(server.pid, asked)
            except ProcessLookupError:
                break
            deadline = time.monotonic() + STOP_SECONDS
            while not has_ended(server.pid) and time.monotonic() < deadline:
                time.sleep(0.1)
            if has_ended(server.pid):
                break


def down(cluster: Cluster) -> int:
    """Stops the cluster and removes its files; returns how many servers were running."""
    servers = cluster.servers()
    running = sum(server.is_running for server in servers)
    stop_servers(servers)
    shutil.rmtree(cluster.run, ignore_errors=True)
    return running


def status(cluster: Cluster) -> list[dict[str, Any]]:
    """Name, process id, port and state of each server that was started."""
    return [
        {
            "name": server.name,
            "pid": server.pid,
            "port": server.port,
            "state": "running" if server.is_running else "gone",
        }
        for server in cluster.servers()
    ]


app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.command("up")
def start_cluster() -> None:
    """Start the cluster and wait until it answers."""
    try:
        with progress_console.status("starting Spark") as shown:
            servers = up(Cluster(), lambda name: shown.update(f"starting Spark: {name}"))
    except WarehouseError as error:
        stop(error)
    print(f"Spark answers on {HOST}:{THRIFT_PORT}, {len(servers)} servers, files in {RUN}")


@app.command("down")
def stop_cluster() -> None:
    """Stop the cluster and remove its files."""
    try:
        running = down(Cluster())
    except WarehouseError as error:
        stop(error)
    print(f"stopped {running} servers" if running else "nothing was running")


@app.command("status")
def show_status(
    quiet: Annotated[bool, typer.Option(help="Say nothing; the exit code tells.")] = False,
) -> None:
    """Show the servers; exit code 1 unless all of them run and answer."""
    try:
        servers = status(Cluster())
    except WarehouseError as error:
        stop(error)
    if not quiet:
        for server in servers or [{"name": "cluster", "pid": "-", "port": "-", "state": "down"}]:
            print("{name:<10} pid {pid:<8} port {port:<6} {state}".format(**server))
    if not servers or any(server["state"] != "running" for server in servers) or not answers():
        raise typer.Exit(1)
