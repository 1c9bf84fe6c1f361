"""Asks a running Superset over REST, as a browser would after its login."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from itertools import count
from typing import Any

from ops.dashboards.server import USER, Server, read_secrets
from ops.warehouse import WarehouseError, first_line

TIMEOUT_SECONDS = 60.0
PAGE_SIZE = 100
"""Charts that one answer lists; the server gives no more."""


@dataclass(frozen=True)
class Answer:
    """What a chart answered: rows of each of its queries, their SQL, and the seconds it took."""

    chart: str
    rows: tuple[tuple[dict[str, Any], ...], ...]
    sql: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class Session:
    """A login of a running server."""

    server: Server
    token: str

    def get(self, path: str) -> Any:
        """What the server answers; WarehouseError with its reason when it refuses."""
        return ask(self.server, path, {"Authorization": f"Bearer {self.token}"})

    def charts(self) -> dict[str, int]:
        """The charts by their uuid, with the number that the server gave each."""
        found: dict[str, int] = {}
        for page in count():
            query = f"(columns:!(id,uuid),page:{page},page_size:{PAGE_SIZE})"
            answer = self.get(f"/api/v1/chart/?q={urllib.parse.quote(query)}")
            found |= {entry["uuid"]: entry["id"] for entry in answer["result"]}
            if len(answer["result"]) < PAGE_SIZE:
                break
        return found

    def data(self, uuid: str, number: int) -> Answer:
        """The data of a chart, read from the published file and not from a cache."""
        began = time.perf_counter()
        results = self.get(f"/api/v1/chart/{number}/data/?force=true")["result"]
        seconds = time.perf_counter() - began
        for result in results:
            if result["status"] != "success":
                raise WarehouseError(f"chart {uuid}: {result.get('error') or result['status']}")
        rows = tuple(tuple(result["data"]) for result in results)
        return Answer(uuid, rows, tuple(result["query"] for result in results), seconds)


def log_in(server: Server) -> Session:
    """Logs in with the password of the server's folder or of the environment."""
    login = {
        "username": USER,
        "password": read_secrets(server)["SUPERSET_ADMIN_PASSWORD"],
        "provider": "db",
        "refresh": False,
    }
    answer = ask(server, "/api/v1/security/login", {}, login)
    return Session(server, answer["access_token"])


def ask(server: Server, path: str, headers: dict[str, str], body: Any = None) -> Any:
    """One request, answered in JSON."""
    request = urllib.request.Request(server.address + path, headers=headers)
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        said = error.read().decode(errors="replace")
        raise WarehouseError(f"{path}: {error.code} {said[:500]}") from error
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise WarehouseError(f"{server.address}: does not answer: {first_line(error)}") from error
