"""Sends SQL to a Spark Thrift server: the one that dbt's spark target names."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ops.warehouse import WarehouseError

HOST = "127.0.0.1"
PORT = 10000
USER = "dbt"
VARIABLES = (
    "SALES_KPI_SPARK_HOST",
    "SALES_KPI_SPARK_PORT",
    "SALES_KPI_SPARK_USER",
    "SALES_KPI_SPARK_AUTH",
    "DBT_ENV_SECRET_SPARK_PASSWORD",
    "SALES_KPI_SPARK_SSL",
)


@dataclass(frozen=True)
class Endpoint:
    """A Thrift server, the user who asks it, and how the user is known there."""

    host: str = HOST
    port: int = PORT
    user: str = USER
    auth: str | None = None
    password: str | None = field(default=None, repr=False)
    has_ssl: bool = False

    @classmethod
    def of_environment(cls) -> Endpoint:
        """The server that profiles.yml takes from the environment, else the local one.

        Raises WarehouseError when the port is no number, or a password has no use or is missing.
        """
        environment = os.environ
        port = environment.get("SALES_KPI_SPARK_PORT", str(PORT))
        if not port.isdecimal():
            raise WarehouseError(f"SALES_KPI_SPARK_PORT is {port!r}; give a port number")
        auth = environment.get("SALES_KPI_SPARK_AUTH") or None
        password = environment.get("DBT_ENV_SECRET_SPARK_PASSWORD") or None
        if (password is not None) != (auth in ("LDAP", "CUSTOM")):
            raise WarehouseError(
                "DBT_ENV_SECRET_SPARK_PASSWORD goes with SALES_KPI_SPARK_AUTH LDAP or CUSTOM; "
                "set both or neither"
            )
        return cls(
            environment.get("SALES_KPI_SPARK_HOST", HOST),
            int(port),
            environment.get("SALES_KPI_SPARK_USER", USER),
            auth,
            password,
            environment.get("SALES_KPI_SPARK_SSL") == "true",
        )

    def environment(self) -> dict[str, str]:
        """The variables that make profiles.yml name this server; the other VARIABLES stay unset.

        dbt takes an empty secret for a password.
        """
        values = (self.host, str(self.port), self.user, self.auth, self.password)
        ssl = "true" if self.has_ssl else None
        return {name: value for name, value in zip(VARIABLES, (*values, ssl), strict=True) if value}


class Session:
    """A session of a Thrift server."""

    def __init__(self, cursor: Any) -> None:  # noqa: ANN401
        self._cursor = cursor

    def execute(self, sql: str) -> None:
        """Runs a statement; WarehouseError with Spark's own first sentence when it fails."""
        from pyhive.exc import Error
        from thrift.Thrift import TException

        try:
            self._cursor.execute(sql)
        except (Error, TException) as error:
            raise WarehouseError(f"Spark refuses: {_reason(error)}", (sql,)) from error

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query; WarehouseError when it fails."""
        self.execute(sql)
        return self._cursor.fetchall()


@contextmanager
def session(endpoint: Endpoint) -> Iterator[Session]:
    """Opens a session and closes it again; WarehouseError when the server does not answer."""
    try:
        from pyhive import hive
        from thrift.Thrift import TException
    except ImportError as error:
        raise WarehouseError("the Spark client is missing; run make spark-install") from error
    try:
        connection = hive.connect(**_arguments(endpoint))
    # Thrift's encrypted socket stumbles when it closes a connection that never was.
    except (TException, OSError, AttributeError) as error:
        raise WarehouseError(
            f"no Spark Thrift server answers on {endpoint.host}:{endpoint.port}; "
            "start one (make spark-up) or name one (SALES_KPI_SPARK_HOST, SALES_KPI_SPARK_PORT)"
        ) from error
    try:
        yield Session(connection.cursor())
    finally:
        connection.close()


def _arguments(endpoint: Endpoint) -> dict[str, Any]:
    """How PyHive connects: by itself, or over the encrypted transport that dbt uses."""
    known = {
        "host": endpoint.host,
        "port": endpoint.port,
        "username": endpoint.user,
        "auth": endpoint.auth,
        "password": endpoint.password,
    }
    if not endpoint.has_ssl:
        return known
    from dbt.adapters.spark.connections import build_ssl_transport

    return {"thrift_transport": build_ssl_transport(**known, kerberos_service_name=None)}


def _reason(error: Exception) -> str:
    """Spark's message without the stack of its server."""
    found = re.search(r'errorMessage="((?:[^"\\]|\\.)*)"', str(error))
    text = found[1].replace("\\n", "\n") if found else str(error)
    lines = text.strip().splitlines()
    return re.sub(r"^Error running query: ", "", lines[0])[:500] if lines else "no reason given"
