"""Naming a Spark server, and what is said when it does not answer or refuses."""

from __future__ import annotations

import socket

import duckdb
import pytest

from ops.spark.load import backticked, columns, load_table, names
from ops.spark.sql import VARIABLES, Endpoint, Session, session
from ops.warehouse import WarehouseError


def test_the_server_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    assert Endpoint.of_environment() == Endpoint("127.0.0.1", 10000, "dbt")

    monkeypatch.setenv("SALES_KPI_SPARK_HOST", "spark.example")
    monkeypatch.setenv("SALES_KPI_SPARK_PORT", "10001")
    monkeypatch.setenv("SALES_KPI_SPARK_USER", "loader")
    assert Endpoint.of_environment() == Endpoint("spark.example", 10001, "loader")


def test_a_password_is_taken_from_the_environment_and_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SALES_KPI_SPARK_AUTH", "LDAP")
    monkeypatch.setenv("DBT_ENV_SECRET_SPARK_PASSWORD", "hidden")
    monkeypatch.setenv("SALES_KPI_SPARK_SSL", "true")
    endpoint = Endpoint.of_environment()
    assert (endpoint.auth, endpoint.password, endpoint.has_ssl) == ("LDAP", "hidden", True)
    assert "hidden" not in repr(endpoint)

    secured = endpoint.environment()
    assert tuple(secured) == VARIABLES
    assert secured["DBT_ENV_SECRET_SPARK_PASSWORD"] == "hidden"  # noqa: S105
    # dbt takes an empty secret for a password.
    assert "DBT_ENV_SECRET_SPARK_PASSWORD" not in Endpoint().environment()


@pytest.mark.parametrize(("auth", "password"), [("LDAP", ""), ("", "hidden"), ("NONE", "hidden")])
def test_a_password_without_its_use_is_refused(
    monkeypatch: pytest.MonkeyPatch, auth: str, password: str
) -> None:
    monkeypatch.setenv("SALES_KPI_SPARK_AUTH", auth)
    monkeypatch.setenv("DBT_ENV_SECRET_SPARK_PASSWORD", password)
    with pytest.raises(WarehouseError, match="set both or neither") as caught:
        Endpoint.of_environment()
    assert "hidden" not in str(caught.value)


def test_an_encrypted_server_that_does_not_answer_is_named() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    endpoint = Endpoint(port=port, auth="LDAP", password="hidden", has_ssl=True)  # noqa: S106
    silent = pytest.raises(WarehouseError, match=f"answers on 127.0.0.1:{port}")
    with silent, session(endpoint):
        pass


def test_a_port_that_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALES_KPI_SPARK_PORT", "ten")
    with pytest.raises(WarehouseError, match="SALES_KPI_SPARK_PORT is 'ten'"):
        Endpoint.of_environment()


def test_a_silent_server_is_named_with_what_to_do() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (
        pytest.raises(WarehouseError, match=rf"answers on 127.0.0.1:{port}; start one"),
        session(Endpoint(port=port)),
    ):
        pass


class Refusing:
    """A cursor whose server refuses everything."""

    def execute(self, sql: str) -> None:
        """Refuses as Spark does: a message with the stack of its server behind it."""
        from pyhive.exc import OperationalError

        raise OperationalError(
            "TExecuteStatementResp(status=TStatus(infoMessages=['*stack:1:2'], "
            'errorMessage="Error running query: [TABLE_OR_VIEW_NOT_FOUND] no `a`.\\nIf you"))'
        )


def test_a_refusal_is_one_sentence_and_the_statement() -> None:
    with pytest.raises(WarehouseError) as caught:
        Session(Refusing()).execute("select 1 from a")
    assert str(caught.value) == "Spark refuses: [TABLE_OR_VIEW_NOT_FOUND] no `a`."
    assert caught.value.details == ("select 1 from a",)


class Noting:
    """A session that notes what it is to run."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def execute(self, sql: str) -> None:
        """Notes the statement."""
        self.statements.append(sql)


@pytest.fixture
def landed() -> duckdb.DuckDBPyConnection:
    """A schema with one table and one view."""
    connection = duckdb.connect()
    connection.execute("create schema raw_crm")
    connection.execute(
        "create table raw_crm.deals as select 'D1' as deal_id, 1.5::decimal(18, 4) as amount, "
        "timestamp '2026-01-05 10:00:00' as seen_at"
    )
    connection.execute("create view raw_crm.open_deals as select * from raw_crm.deals")
    return connection


def test_tables_go_by_parquet_with_instants_in_utc(landed, tmp_path) -> None:
    spark = Noting()
    assert names(landed, "raw_crm") == ["deals"]
    assert load_table(landed, spark, "raw_crm", "deals", tmp_path / "a b") == 1

    file = tmp_path / "a b" / "raw_crm" / "deals.parquet"
    types = duckdb.sql(f"select column_type from (describe from read_parquet('{file}'))").fetchall()
    assert types == [("VARCHAR",), ("DECIMAL(18,4)",), ("TIMESTAMP WITH TIME ZONE",)]
    assert spark.statements == [
        "create or replace table `raw_crm`.`deals` using iceberg "
        f"as select * from parquet.`{file.as_uri()}`"
    ]
    assert 'cast("seen_at" as timestamptz)' in columns(landed, "raw_crm", "deals")


def test_an_empty_schema_is_refused(landed: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(WarehouseError, match="no table in schema reference"):
        names(landed, "reference")


def test_a_name_cannot_end_its_quotes() -> None:
    assert backticked("a`; drop table b") == "`a``; drop table b`"
