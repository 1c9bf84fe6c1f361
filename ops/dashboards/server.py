"""Starts and stops Superset on this machine, with the dashboards of the source in it.

Superset has an environment of its own, .venv-superset. Its database, its secrets and its logs stand
in warehouse/superset; stopping goes by the process id in there and by nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ops.dashboards.source import Source, bundle
from ops.warehouse import PROJECT, PUBLISHED_DATABASE, WAREHOUSE, WarehouseError, make_folder

HOST = "127.0.0.1"
PORT = 8088
ENVIRONMENT = PROJECT / ".venv-superset"
RUN = WAREHOUSE / "superset"
USER = "admin"
WORKERS = 2
THREADS = 4
START_SECONDS = 180.0
STOP_SECONDS = 20.0
LOG_LINES = 5
HERE = Path(__file__).resolve().parent
SECRETS = {"SUPERSET_SECRET_KEY": 42, "SUPERSET_ADMIN_PASSWORD": 12}
"""What must not be guessed, and of how many random bytes it is made."""


@dataclass(frozen=True)
class Server:
    """A Superset of this machine: where its files stand, where it listens, what it shows."""

    run: Path = RUN
    port: int = PORT
    database: Path = PUBLISHED_DATABASE
    environment: Path = ENVIRONMENT

    @property
    def address(self) -> str:
        """Where a browser finds it."""
        return f"http://{HOST}:{self.port}"

    @property
    def state(self) -> Path:
        """The process id and the port of the server that was started."""
        return self.run / "server.json"

    @property
    def login(self) -> Path:
        """The file with the password, which only its owner reads."""
        return self.run / "login.json"

    def log(self, name: str) -> Path:
        """Output of a step."""
        return self.run / f"{name}.log"

    def program(self, name: str) -> Path:
        """A program of Superset's environment; WarehouseError says how to install it."""
        program = self.environment / "bin" / name
        if not program.is_file():
            raise WarehouseError(f"{self.environment}: Superset is not installed; make dashboards")
        return program


def up(server: Server, source: Source, progress: Callable[[str], None]) -> Server:
    """Starts Superset with the dashboards of the source and waits until it answers.

    A server that runs already goes on, with the dashboards as they are now. Returns the server as
    it runs. Raises WarehouseError, with nothing left running, when it does not start.
    """
    if not server.database.is_file():
        raise WarehouseError(f"{server.database}: the file does not exist; run make build first")
    make_folder(server.run)
    running = running_server(server)
    if running is None and is_taken(server.port):
        raise WarehouseError(
            f"port {server.port} of {HOST} is taken by another program; name another with PORT="
        )
    settings = environment_of(server)
    prepare(server, source, settings, progress)
    if running is not None:
        return running
    progress("start")
    process = start(server, settings)
    note(server, process.pid)
    try:
        wait_until_it_answers(server, process)
    except BaseException:
        down(server)
        raise
    return server


def down(server: Server) -> bool:
    """Stops the server that was started, and says whether one ran."""
    pid = process_id(server)
    if pid is None:
        server.state.unlink(missing_ok=True)
        return False
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while is_ours(server, pid):
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)
        reap(pid)
    server.state.unlink(missing_ok=True)
    return True


def reap(pid: int) -> None:
    """Lets go of a process that has ended, where it was this process that started it."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return


def running_server(server: Server) -> Server | None:
    """The server that runs from this folder, on the port it was started with."""
    if process_id(server) is None:
        return None
    port = json.loads(server.state.read_text())["port"]
    return Server(server.run, port, server.database, server.environment)


def process_id(server: Server) -> int | None:
    """The process id of the server that was started from this folder and still runs."""
    try:
        pid = int(json.loads(server.state.read_text())["pid"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WarehouseError(
            f"{server.state}: does not say which process runs; stop it by hand and remove the file"
        ) from error
    return pid if is_ours(server, pid) else None


def is_ours(server: Server, pid: int) -> bool:
    """Whether the process of this id is a Superset of this folder, not one that took its number."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except FileNotFoundError:
        if Path("/proc").is_dir():
            return False
        told = subprocess.run(
            ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False
        )
        command = told.stdout.split()
    return str(server.log("server")).encode() in command


def note(server: Server, pid: int) -> None:
    """Writes down what was started, so that a later command can stop it."""
    server.state.write_text(json.dumps({"pid": pid, "port": server.port}))


def is_taken(port: int) -> bool:
    """Whether something listens on the port."""
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def read_secrets(server: Server) -> dict[str, str]:
    """The secret key and the password: of the environment, else of the file, else new in the file.

    The file is made with mode 600, before anything stands in it.
    """
    known: dict[str, str] = {}
    if server.login.is_file():
        known = json.loads(server.login.read_text())
    missing = [name for name in SECRETS if name not in known and not os.environ.get(name)]
    if missing:
        known |= {name: secrets.token_urlsafe(SECRETS[name]) for name in missing}
        with os.fdopen(
            os.open(server.login, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w"
        ) as file:
            json.dump(known, file, indent=2)
    return {name: os.environ.get(name) or known[name] for name in SECRETS}


def environment_of(server: Server) -> dict[str, str]:
    """The environment that Superset runs in."""
    return {
        **os.environ,
        **read_secrets(server),
        "SUPERSET_HOME": str(server.run.resolve()),
        "SUPERSET_CONFIG_PATH": str(HERE / "superset_config.py"),
        "FLASK_APP": "superset",
        "SCARF_ANALYTICS": "false",
        "PYTHONWARNINGS": "ignore",
    }


def prepare(
    server: Server, source: Source, settings: dict[str, str], progress: Callable[[str], None]
) -> None:
    """Makes Superset's database and imports the source, as far as that is not done already."""
    packed = bundle(source, server.database)
    lock = (PROJECT / "requirements-superset.txt").read_bytes()
    password = settings["SUPERSET_ADMIN_PASSWORD"].encode()
    wanted = {
        "made": hashlib.sha256(lock + b"\0" + password).hexdigest(),
        "imported": hashlib.sha256(
            json.dumps([source.files, str(server.database)]).encode()
        ).hexdigest(),
    }
    done_file = server.run / "done.json"
    done = json.loads(done_file.read_text()) if done_file.is_file() else {}
    if done == wanted:
        return
    bundle_file = server.run / "dashboards.zip"
    bundle_file.write_bytes(packed)
    command = [str(server.program("python")), str(HERE / "prepare.py"), str(bundle_file)]
    if done.get("made") == wanted["made"]:
        command.append("--import-only")
    log = server.log("prepare")
    with log.open("w") as errors:
        process = subprocess.Popen(
            command, env=settings, cwd=server.run, stdout=subprocess.PIPE, stderr=errors, text=True
        )
        for line in process.stdout or ():
            if line.startswith("step: "):
                progress(line.removeprefix("step: ").strip())
    if process.wait() != 0:
        raise WarehouseError("Superset cannot be prepared; its log says why", last_lines(log))
    done_file.write_text(json.dumps(wanted))


def start(server: Server, settings: dict[str, str]) -> subprocess.Popen[bytes]:
    """Starts the server in a session of its own, so that it outlives the command."""
    command = [
        *(str(server.program("gunicorn")), "--workers", str(WORKERS), "--worker-class", "gthread"),
        *("--threads", str(THREADS), "--timeout", "120", "--bind", f"{HOST}:{server.port}"),
        *("--error-logfile", str(server.log("server")), "superset.app:create_app()"),
    ]
    with server.log("output").open("wb") as output:
        return subprocess.Popen(
            command,
            env=settings,
            cwd=server.run,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def wait_until_it_answers(server: Server, process: subprocess.Popen[bytes]) -> None:
    """Waits until the server says that it is well; WarehouseError with the log's end otherwise."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.address}/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise WarehouseError(
        "Superset does not start; its log says why", last_lines(server.log("output"))
    )


def last_lines(log: Path) -> tuple[str, ...]:
    """The last lines of a log, as details of an error."""
    lines = log.read_text(errors="replace").splitlines() if log.is_file() else []
    return (*[line for line in lines if line.strip()][-LOG_LINES:], str(log))
