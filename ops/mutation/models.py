"""The models, unit tests and data tests that mutants are tried with, as dbt built and ran them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import sqlglot
from sqlglot.expressions import Column
from sqlglot.tokens import Token, Tokenizer, TokenType

from ops.mutation.calls import MacroCalls
from ops.mutation.operators import BODY, DIALECT, Macro, Query, Rewritten
from ops.warehouse import PROJECT, WarehouseError

LAYERS = ("kpis", "marts", "crm", "macros")
MACROS = "macros"
TARGET = PROJECT / "target"
FIXTURE = "__dbt__cte__"
PASSED = ("success", "pass")

# Expressions that tests/macros and the Python tests hold to their definition, on both engines.
TESTED_MACROS = {
    "is_listed_in": ("member_", "list_"),
    "multiply_money": ("amount_", "factor_"),
    "read_date": ("text_",),
    "round_to_decimal": ("expression_",),
    "to_business_date": ("instant_", "time_zone_"),
    "to_instant": ("business_date_", "time_zone_"),
}
TESTED_NUMBERS = {"read_money": "decimal(18, 4)"}


@dataclass(frozen=True)
class UnitTest:
    """A dbt unit test, taken apart.

    fixtures holds the SQL of each input by its name, query the model's SQL over them. The columns
    that are compared are named, or are those of a query (expected).
    """

    name: str
    fixtures: Mapping[str, str]
    query: str
    columns: tuple[str, ...]
    expected: str


@dataclass(frozen=True)
class DataTest:
    """A dbt data test: SQL that finds no row where all is well, and the models it reads."""

    name: str
    sql: str
    models: frozenset[str]


@dataclass(frozen=True)
class Model:
    """A model: where it stands, its SQL as written and compiled, what it reads.

    What a slicing macro writes (written) has tests of its own, and is mutated in these only: their
    layer is macros, and a test is killed by itself. A model gets what the macro writes from other
    arguments (rewritten).

    sql_of_tests is the SQL that is mutated where the unit tests replace a macro: a model that is
    written from facts is tried as its tests have it written, from their own few facts.
    """

    name: str
    layer: str
    schema: str
    path: str
    code: str
    sql: str
    parents: tuple[str, ...]
    unit_tests: tuple[UnitTest, ...]
    sql_of_tests: str = ""
    written: frozenset[str] = frozenset()
    rewritten: tuple[Rewritten, ...] = ()

    @property
    def relation(self) -> str:
        """The model's relation as compiled SQL names it."""
        return f'"{DATABASE}"."{self.schema}"."{self.name}"'

    def query(self, macros: Sequence[Macro] = (), sql: str = "") -> Query:
        """The model's query, or that of one of its tests, of which mutants are made."""
        query = Query(sql or self.sql, macros, self.written, self.rewritten)
        if self.layer == MACROS:
            query.kept = {*query.ctes, BODY} - self.written
        return query


DATABASE = "sample"
"""Name that DuckDB gives the working file of the sample company, and so part of compiled SQL."""


@dataclass(frozen=True)
class Project:
    """All models by name, parents before children, and all data tests."""

    models: Mapping[str, Model]
    data_tests: tuple[DataTest, ...]
    macros: tuple[Macro, ...]

    def mutated(self, names: Iterable[str] = ()) -> tuple[Model, ...]:
        """The models of kpis, marts and crm, or those of them that are named.

        Raises WarehouseError for a name that is not one of them.
        """
        known = {name: model for name, model in self.models.items() if model.layer in LAYERS}
        names = tuple(names)
        for name in names:
            if name not in known:
                raise WarehouseError(f"{name} is not a model of {', '.join(LAYERS)}")
        return tuple(known[name] for name in names or known)


def read_project(names: Collection[str] = (), target: Path = TARGET) -> Project:
    """Reads what dbt build left in its target folder.

    Raises WarehouseError when there is no build, or one in which a unit test of the named models
    (of any, without names) did not pass: what is compared here is what dbt compared.
    """
    try:
        manifest = json.loads((target / "manifest.json").read_text())
        results = json.loads((target / "run_results.json").read_text())["results"]
    except FileNotFoundError as error:
        raise WarehouseError("there is no build of the sample; run dbt build first") from error
    passed = {each["unique_id"]: each for each in results if each["status"] in PASSED}
    unit_tests: dict[str, list[UnitTest]] = {}
    replaced: dict[str, str] = {}
    for unique_id, node in manifest["unit_tests"].items():
        (model_id,) = node["depends_on"]["nodes"]
        if node["path"].split("/")[0] not in LAYERS:
            continue
        if names and node["model"] not in names:
            continue
        if unique_id not in passed:
            raise WarehouseError(
                f"the unit test {node['name']} was not run, or did not pass; run dbt build first"
            )
        sql = passed[unique_id]["compiled_code"]
        unit_test = read_unit_test(node, sql)
        unit_tests.setdefault(model_id, []).append(unit_test)
        if (node["overrides"] or {}).get("macros"):
            replaced[model_id] = over_relations(unit_test.query, manifest["nodes"].values())
    calls = macro_calls(manifest)
    date_columns = date_columns_of(manifest)
    models = {
        node["name"]: Model(
            name=node["name"],
            layer=node["path"].split("/")[0],
            schema=node["schema"],
            path=node["original_file_path"],
            code=node["raw_code"],
            sql=node.get("compiled_code") or "",
            parents=tuple(
                manifest["nodes"][each]["name"]
                for each in node["depends_on"]["nodes"]
                if each in manifest["nodes"]
            ),
            unit_tests=tuple(unit_tests.get(unique_id, ())),
            sql_of_tests=replaced.get(unique_id, ""),
            written=calls.written_ctes(node["raw_code"]),
            rewritten=tuple(calls.mutants(node["raw_code"], date_columns))
            if node["path"].split("/")[0] in LAYERS
            else (),
        )
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model"
    }
    for node in manifest["nodes"].values():
        if not is_macro_test(node) or not node.get("compiled_code"):
            continue
        if written := calls.written_ctes(node["raw_code"]):
            models[node["name"]] = Model(
                name=node["name"],
                layer=MACROS,
                schema="",
                path=node["original_file_path"],
                code=node["raw_code"],
                sql=node["compiled_code"],
                parents=(),
                unit_tests=(),
                written=written,
            )
    data_tests = tuple(
        DataTest(
            name=node["name"],
            sql=node["compiled_code"],
            models=frozenset(
                each.rsplit(".", 1)[-1]
                for each in node["depends_on"]["nodes"]
                if each.startswith("model.")
            ),
        )
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "test" and unique_id in passed
    )
    return Project(in_order(models), data_tests, tuple(read_macros(manifest, calls)))


def is_macro_test(node: Mapping[str, Any]) -> bool:
    """Whether a node is a test of a macro."""
    return node["resource_type"] == "test" and node["original_file_path"].startswith("tests/macros")


def macro_calls(manifest: Mapping[str, Any]) -> MacroCalls:
    """The project's macros, to be called as dbt calls them."""
    macros = {
        unique_id.rsplit(".", 1)[-1]: node
        for unique_id, node in manifest["macros"].items()
        if unique_id.startswith("macro.sales_kpis.")
        and re.match(r"\{%-?\s*macro\s", node["macro_sql"])
    }
    relations = {
        node["name"]: node["relation_name"]
        for node in manifest.get("nodes", {}).values()
        if node["resource_type"] in ("model", "seed")
    }
    return MacroCalls(macros, relations)


def date_columns_of(manifest: Mapping[str, Any]) -> Callable[[str], list[str]]:
    """Tells the date columns of a relation, as its contract has them."""
    columns = {
        node["relation_name"]: [
            name for name, column in node["columns"].items() if column["data_type"] == "date"
        ]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
    }
    return lambda relation: columns.get(relation, [])


def read_macros(manifest: Mapping[str, Any], calls: MacroCalls | None = None) -> Iterator[Macro]:
    """The macros whose inside has tests of its own, written out over their parameters."""
    macros = (calls or macro_calls(manifest)).context
    for name, parameters in TESTED_MACROS.items():
        sql = str(macros[name](*parameters)).strip()
        yield Macro(name, with_columns(parameters, sql), sql)
    for name, data_type in TESTED_NUMBERS.items():
        yield Macro(name, ("text_",), str(macros["read_number"]("text_", data_type)).strip())


def with_columns(arguments: tuple[str, ...], sql: str) -> tuple[str, ...]:
    """The arguments of a macro and the columns that it reads beside them: its parameters."""
    columns = {column.name for column in sqlglot.parse_one(sql, dialect=DIALECT).find_all(Column)}
    return (*arguments, *sorted(columns.difference(arguments)))


def read_unit_test(node: Mapping[str, Any], sql: str) -> UnitTest:
    """A unit test of the manifest and the SQL that dbt made of it.

    dbt writes the inputs as common table expressions before those of the model.
    """
    fixtures, query = split_fixtures(sql)
    expected = node["expect"]["rows"]
    is_query = isinstance(expected, str)
    return UnitTest(
        name=node["name"],
        fixtures=fixtures,
        query=query,
        columns=() if is_query else tuple(expected[0]) if expected else (),
        expected=expected if is_query else "",
    )


def over_relations(sql: str, nodes: Iterable[Mapping[str, Any]]) -> str:
    """The SQL of a unit test over the relations of the working file, in place of its inputs."""
    schemas = {node["name"]: node["schema"] for node in nodes}
    return re.sub(
        rf"\b{FIXTURE}(\w+)",
        lambda found: f'"{DATABASE}"."{schemas[found[1]]}"."{found[1]}"',
        sql,
    )


def split_fixtures(sql: str) -> tuple[dict[str, str], str]:
    """The fixtures of a unit test by the names of their inputs, and the query without them."""
    tokens = Tokenizer(dialect=DIALECT).tokenize(sql)
    fixtures: dict[str, str] = {}
    position = 1
    while tokens[position].text.startswith(FIXTURE):
        name = tokens[position].text.removeprefix(FIXTURE)
        opening = position + 2
        closing = closing_parenthesis(tokens, opening)
        fixtures[name] = sql[tokens[opening].end + 1 : tokens[closing].start]
        position = closing + 2
    is_followed = tokens[position - 1].token_type == TokenType.COMMA
    clause = "with " if is_followed else ""
    start = tokens[position].start if is_followed else tokens[position - 1].start
    return fixtures, clause + sql[start:]


def closing_parenthesis(tokens: Sequence[Token], opening: int) -> int:
    """Position of the parenthesis that closes the one at a position."""
    depth = 0
    for position in range(opening, len(tokens)):
        kind = tokens[position].token_type
        depth += (kind == TokenType.L_PAREN) - (kind == TokenType.R_PAREN)
        if depth == 0:
            return position
    raise ValueError("a parenthesis is not closed")


def in_order(models: Mapping[str, Model]) -> dict[str, Model]:
    """The models by name, each after those it reads."""
    parents = {
        name: [parent for parent in model.parents if parent in models]
        for name, model in models.items()
    }
    return {name: models[name] for name in TopologicalSorter(parents).static_order()}
