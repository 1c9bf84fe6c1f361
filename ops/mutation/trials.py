"""Trying mutants: on the models' unit tests first, then on the data tests over the sample.

Everything runs as SQL in DuckDB, without dbt: the inputs of a unit test are tables in memory, and
the sample is read from the file that dbt built.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from threading import Timer

import duckdb

from ops.mutation.models import DATABASE, FIXTURE, DataTest, Model, Project, UnitTest
from ops.mutation.operators import ColumnTypes, Macro, Mutant, Query
from ops.warehouse import WarehouseError, first_line, literal, quoted

KILLED = "killed"
SURVIVED = "survived"
INVALID = "invalid"

CONTRACT = "the contract"
LAYERS_WITH_CONTRACT = ("kpis", "marts")
MOST_SECONDS = 60
MOST_SECONDS_OF_UNIT_TEST = 10
DIGITS = 10

# A database would not take such a query at all, so that no test has to.
REFUSED = (duckdb.BinderException, duckdb.ParserException, duckdb.CatalogException)

Rows = Counter[tuple[object, ...]]


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant: killed by a test, survived, or invalid (refused by the database)."""

    status: str
    killed_by: str = ""


def multiset(rows: Iterable[Sequence[object]]) -> Rows:
    """Rows without their order; numbers to ten digits, whatever their type."""
    return Counter(tuple(map(_comparable, row)) for row in rows)


def _comparable(value: object) -> object:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return f"{float(value) or 0.0:.{DIGITS}g}"
    return value


class UnitTrials:
    """The unit tests of a model, ready to try mutants of it."""

    def __init__(
        self,
        model: Model,
        query: Query,
        mutants: Sequence[Mutant],
        types: ColumnTypes,
        macros: Sequence[Macro],
    ) -> None:
        """Makes the inputs of every test a schema of tables, and keeps what the model gives.

        Raises WarehouseError when the query that mutants are made of is not the model's.
        """
        self.model = model
        self.query = query
        self.connection = connect()
        self.tests: list[_ReadyTest] = []
        for position, test in enumerate(model.unit_tests):
            self.tests.append(
                _ReadyTest(self.connection, f"test_{position}", test, query, mutants, types, macros)
            )

    def close(self) -> None:
        """Gives the memory back."""
        self.connection.close()

    def attempt(self, number: int, mutant: Mutant) -> Outcome:
        """Tries the mutant of that number; tests that killed before go first."""
        sql = over_fixtures(self.query.sql({mutant.cte: mutant.after}))
        for position, test in enumerate(self.tests):
            try:
                is_killed = test.differs(number, mutant, sql)
            except REFUSED:
                return Outcome(INVALID)
            except duckdb.Error:
                is_killed = True
            if is_killed:
                self.tests.insert(0, self.tests.pop(position))
                return Outcome(KILLED, test.name)
        return Outcome(SURVIVED)

    def killers(self, sql: str) -> list[str]:
        """The tests under which another query than the model's gives other rows."""
        found = []
        for test in self.tests:
            try:
                if test.gives_other_rows(over_fixtures(sql)):
                    found.append(test.name)
            except duckdb.Error:
                found.append(test.name)
        return sorted(found)


class _ReadyTest:
    """A unit test with its inputs in a schema of their own."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        schema: str,
        test: UnitTest,
        query: Query,
        mutants: Sequence[Mutant],
        types: ColumnTypes,
        macros: Sequence[Macro],
    ) -> None:
        self.name = test.name
        connection.execute(f"create schema {schema}")
        self.cursor = connection.cursor()
        self.cursor.execute(f"set schema = '{schema}'")
        self.cursor.execute("set TimeZone = 'UTC'")
        for macro in macros:
            self.cursor.execute(macro.definition)
        for name, sql in test.fixtures.items():
            self.cursor.execute(f"create table {quoted(name)} as {sql}")
        columns = test.columns
        if test.expected:
            described = self.cursor.execute(f"describe {test.expected}").fetchall()
            columns = tuple(column for column, *_ in described)
        self.columns = ", ".join(map(quoted, columns)) or "*"
        written = without_prefix(test.query)
        self.rows = self._run(written)
        own = Query(written, macros, query.kept, query.rewritten)
        self.own: Query | None = None
        self.own_mutants: list[Mutant] = []
        if own.sql() != over_fixtures(query.sql()):
            # Overridden variables and macros: the same query with other literals.
            self.own = own
            self.own_mutants = mutants_like(own, mutants, types)
            own_sql = own.sql()
        else:
            own_sql = over_fixtures(query.sql())
        if self._run(own_sql) != self.rows:
            raise WarehouseError(f"{self.name}: the query written anew gives other rows")

    def differs(self, number: int, mutant: Mutant, sql: str) -> bool:
        """Whether a mutant gives other rows than the model."""
        if self.own is not None:
            own = self.own_mutants[number]
            sql = self.own.sql({own.cte: own.after})
        return self.gives_other_rows(sql)

    def gives_other_rows(self, sql: str) -> bool:
        """Whether a query gives other rows than the model; duckdb.Error when it takes too long."""
        clock = Timer(MOST_SECONDS_OF_UNIT_TEST, self.cursor.interrupt)
        clock.start()
        try:
            return self._run(sql) != self.rows
        finally:
            clock.cancel()

    def _run(self, sql: str) -> Rows:
        return multiset(self.cursor.execute(f"select {self.columns} from ({sql})").fetchall())


def mutants_like(query: Query, mutants: Sequence[Mutant], types: ColumnTypes) -> list[Mutant]:
    """The mutants of a query that differs in its literals only, in the same order.

    Raises WarehouseError when the two queries are not alike.
    """
    own = list(query.mutants(types))
    if [(each.cte, each.operator) for each in own] != [
        (each.cte, each.operator) for each in mutants
    ]:
        raise WarehouseError("a unit test overrides more than literals of its model")
    return own


def over_fixtures(sql: str) -> str:
    """The SQL with every relation of the working file read from the inputs of a unit test."""
    return re.sub(rf'"{DATABASE}"\."\w+"\.("\w+")', r"\1", sql)


def without_prefix(sql: str) -> str:
    """The SQL of a unit test with its inputs by their plain names."""
    return re.sub(rf"\b{FIXTURE}(\w+)", r'"\1"', sql)


def connect(sample: Path | None = None, macros: Iterable[Macro] = ()) -> duckdb.DuckDBPyConnection:
    """A database in memory, with the working file of the sample beside it if one is named."""
    # Processes in one folder would write what does not fit into memory to the same file, and crash;
    # a mutant that wants so much is refused instead.
    connection = duckdb.connect(config={"threads": 1, "memory_limit": "4GB", "temp_directory": ""})
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set enable_progress_bar = false")
    if sample is not None:
        connection.execute(f"attach {literal(str(sample))} as {DATABASE} (read_only)")
    for macro in macros:
        connection.execute(macro.definition)
    return connection


def column_types(connection: duckdb.DuckDBPyConnection, query: Query) -> ColumnTypes:
    """Columns and types of every part of a query and of every relation that it reads."""
    types = {name: _described(connection, query.sql(last=name)) for name in query.ctes}
    for relation in sorted(query.relations):
        types[relation.rpartition(".")[2].strip('"')] = _described(
            connection, f"select * from {relation}"
        )
    return types


def _described(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, str]:
    rows = connection.execute(f"describe {sql}").fetchall()
    return {name: kind for name, kind, *_ in rows}


def try_macro_test(connection: duckdb.DuckDBPyConnection, sql: str) -> Outcome:
    """Tries a mutant of what a macro wrote in a test of it: the test finds rows, or cannot run."""
    try:
        is_killed = bool(connection.execute(f"select 1 from ({sql}) limit 1").fetchall())
    except REFUSED:
        return Outcome(INVALID)
    except duckdb.Error:
        is_killed = True
    return Outcome(KILLED, "the test itself") if is_killed else Outcome(SURVIVED)


class SampleTrials:
    """The data tests over the sample, ready to try mutants of any model.

    A mutant's relation is built beside the sample, then everything that reads it and differs.
    """

    def __init__(self, project: Project, sample: Path) -> None:
        self.project = project
        self.connection = connect(sample, project.macros)
        self.connection.execute("attach ':memory:' as mutated")
        for schema in sorted({model.schema for model in project.models.values()} - {""}):
            self.connection.execute(f"create schema mutated.{quoted(schema)}")
        self.fingerprints: dict[str, tuple[object, ...]] = {}
        self.descendants = {name: _descendants(project, name) for name in project.models}

    def attempt(self, model: Model, sql: str) -> Outcome:
        """Tries a mutant; one that takes more than a minute counts as killed, by the clock."""
        clock = Timer(MOST_SECONDS, self.connection.interrupt)
        clock.start()
        try:
            return self._attempt(model, sql)
        except REFUSED:
            return Outcome(INVALID)
        except duckdb.Error as error:
            return Outcome(KILLED, f"the build ({first_line(error)})")
        finally:
            clock.cancel()

    def _attempt(self, model: Model, sql: str) -> Outcome:
        if model.layer in LAYERS_WITH_CONTRACT:
            written = _described(self.connection, model.sql)
            if _described(self.connection, sql) != written:
                return Outcome(KILLED, CONTRACT)
        affected = self.descendants[model.name]
        changed: set[str] = set()
        waiting = list(self.project.data_tests)
        for position, name in enumerate(affected):
            each = self.project.models[name]
            if name == model.name or changed.intersection(each.parents):
                if self._is_changed(each, sql if name == model.name else each.sql, changed):
                    changed.add(name)
            if not changed:
                return Outcome(SURVIVED)
            later = set(affected[position + 1 :])
            ready = [test for test in waiting if name in test.models and not later & test.models]
            for test in ready:
                if changed & test.models and self._fails(test, changed):
                    return Outcome(KILLED, test.name)
        return Outcome(SURVIVED)

    def _is_changed(self, model: Model, sql: str, changed: Collection[str]) -> bool:
        """Builds a model beside the sample; whether its rows differ from those of the sample."""
        relation = f"mutated.{quoted(model.schema)}.{quoted(model.name)}"
        self.connection.execute(f"drop table if exists {relation}")
        self.connection.execute(f"create table {relation} as {self._over(sql, changed)}")
        if model.name not in self.fingerprints:
            self.fingerprints[model.name] = self._fingerprint(model.relation)
        return self._fingerprint(relation) != self.fingerprints[model.name]

    def _fingerprint(self, relation: str) -> tuple[object, ...]:
        row = self.connection.execute(
            f"select count(*), sum(hash(r)::hugeint) from {relation} as r"
        ).fetchone()
        assert row is not None
        return row

    def _fails(self, test: DataTest, changed: Collection[str]) -> bool:
        sql = self._over(test.sql, changed)
        return bool(self.connection.execute(f"select 1 from ({sql}) limit 1").fetchall())

    def _over(self, sql: str, changed: Collection[str]) -> str:
        """The SQL with changed models read from beside the sample."""
        for name in changed:
            model = self.project.models[name]
            beside = f'"mutated".{quoted(model.schema)}.{quoted(model.name)}'
            sql = sql.replace(model.relation, beside)
        return sql


def _descendants(project: Project, name: str) -> list[str]:
    """A model and all that read it, directly or not, parents first."""
    found = {name}
    for each in project.models.values():
        if found.intersection(each.parents):
            found.add(each.name)
    return [each for each in project.models if each in found]
