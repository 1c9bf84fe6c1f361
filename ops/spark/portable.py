"""Finds SQL in the models that DuckDB and Spark do not read alike.

The models are compiled for Spark, which needs no cluster, so the macros that hide the differences
of the engines have done their work: what is left is what a model itself says. The rules come from
probes that ran on both engines.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import sqlglot
import typer
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokens import Token, TokenType

from ops.dbt_process import dbt_command, dbt_environment
from ops.warehouse import PROJECT, WarehouseError, progress_console, stop

TARGET = PROJECT / "target" / "spark"

# Functions that one of the engines lacks, or that give another result there.
FUNCTIONS = {
    **dict.fromkeys(("arg_max", "arg_min"), "max_by or min_by"),
    **dict.fromkeys(("median", "quantile_cont", "quantile_disc"), "percentile_cont over a double"),
    **dict.fromkeys(("string_agg", "listagg", "group_concat", "list"), "the macro listed"),
    **dict.fromkeys(("strftime", "strptime", "date_format"), "a column of dim_dates"),
    **dict.fromkeys(("dayofweek", "weekday", "isodow"), "a column of dim_dates"),
    **dict.fromkeys(("generate_series", "range", "unnest", "explode"), "dbt.generate_series"),
    **dict.fromkeys(("date_diff", "epoch", "epoch_ms"), "dbt.datediff by day or longer"),
    **dict.fromkeys(("regexp_replace", "regexp_matches"), "replace, or a dispatched macro"),
    **dict.fromkeys(("concat",), "concat_ws, which skips NULL on both"),
    **dict.fromkeys(("struct_pack", "list_value", "json_extract"), "plain columns"),
    **dict.fromkeys(("now", "today"), "as_of"),
    **dict.fromkeys(("iff", "if", "ifnull", "nvl"), "case or coalesce"),
}
TYPES = {
    **dict.fromkeys(("varchar", "text", "bpchar", "uuid", "json"), "string"),
    **dict.fromkeys(("timestamptz", "datetime"), "timestamp"),
    **dict.fromkeys(("hugeint", "uhugeint", "ubigint", "uinteger"), "decimal(38, 0)"),
    **dict.fromkeys(("float", "real", "float4"), "double"),
}


LONGEST_VIEW = 32_000


@dataclass(frozen=True)
class Construct:
    """A construct outside the subset: what it is, and what to write instead."""

    name: str
    instead: str

    def __str__(self) -> str:
        return f"{self.name}; write {self.instead}"


@dataclass(frozen=True)
class Model:
    """A model, test or analysis: its file, its SQL compiled and as written, its columns' types.

    What a view holds is read inside of other statements.
    """

    path: str
    sql: str
    code: str = ""
    data_types: tuple[str, ...] = ()
    is_view: bool = False


@dataclass(frozen=True)
class Rule:
    """A construct and how to see it in a syntax tree."""

    construct: Construct
    kind: type[exp.Expression]
    applies: Callable[[exp.Expression], bool] = lambda node: True


def _has(*keys: str) -> Callable[[exp.Expression], bool]:
    return lambda node: any(node.args.get(key) for key in keys)


def _is_unordered_number(node: exp.Expression) -> bool:
    # A named window states its order where it is defined.
    return (
        isinstance(node.this, exp.RowNumber)
        and not node.args.get("order")
        and not node.args.get("alias")
    )


def _is_range_of_values(node: exp.Expression) -> bool:
    bounds = (node.args.get("start"), node.args.get("end"))
    is_range = str(node.args.get("kind")).upper() == "RANGE"
    return is_range and any(isinstance(bound, exp.Expression) for bound in bounds)


def _is_not_cast_to_double(node: exp.Expression) -> bool:
    ordered = node.parent.find(exp.Ordered) if isinstance(node.parent, exp.WithinGroup) else None
    cast = ordered.this if ordered else None
    return not (isinstance(cast, exp.Cast) and cast.to.this == exp.DataType.Type.DOUBLE)


RULES = (
    Rule(Construct("QUALIFY", "a subquery and where"), exp.Qualify),
    Rule(
        Construct("* EXCLUDE, REPLACE or RENAME", "the columns"),
        exp.Star,
        _has("except_", "except", "replace", "rename"),
    ),
    Rule(
        Construct("set operation BY NAME", "columns in one order"),
        exp.SetOperation,
        _has("by_name"),
    ),
    Rule(Construct("recursive CTE", "levels that are joined"), exp.With, _has("recursive")),
    Rule(Construct("current date or instant", "as_of"), exp.CurrentDate),
    Rule(Construct("current date or instant", "as_of"), exp.CurrentTimestamp),
    Rule(
        Construct("ASOF or POSITIONAL join", "a range join"),
        exp.Join,
        lambda node: node.method in ("ASOF", "POSITIONAL"),
    ),
    Rule(
        Construct("FILTER inside a window", "a case inside the aggregate"),
        exp.Window,
        lambda node: isinstance(node.this, exp.Filter),
    ),
    Rule(
        Construct("row_number without an order", "order by in the window"),
        exp.Window,
        _is_unordered_number,
    ),
    Rule(Construct("RANGE frame over values", "a join"), exp.WindowSpec, _is_range_of_values),
    Rule(
        Construct("percentile of something that is not cast to double", "cast(x as double)"),
        exp.PercentileCont,
        _is_not_cast_to_double,
    ),
    Rule(Construct("TABLESAMPLE", "a condition on a key"), exp.TableSample),
    Rule(Construct("integer division //", "floor(x / y)"), exp.IntDiv),
)


def constructs(sql: str) -> Iterator[Construct]:
    """The constructs of a compiled model that are outside the subset, in order of appearance."""
    try:
        tokens = sqlglot.tokenize(sql, read="duckdb")
    except SqlglotError as error:
        yield Construct(f"text that is no SQL ({first_sentence(error)})", "SQL")
        return
    yield from _of_tokens(tokens)
    try:
        tree = parse(sql)
    except SqlglotError as error:
        yield Construct(
            f"text that does not parse ({first_sentence(error)})", "SQL of both engines"
        )
        return
    for node in tree.walk():
        for rule in RULES:
            if isinstance(node, rule.kind) and rule.applies(node):
                yield rule.construct


def parse(sql: str) -> exp.Expression:
    """The syntax tree, as DuckDB reads it; as Spark reads it where a macro wrote for Spark."""
    try:
        return sqlglot.parse_one(sql, read="duckdb")
    except SqlglotError:
        return sqlglot.parse_one(sql, read="spark")


def _of_tokens(tokens: list[Token]) -> Iterator[Construct]:
    """Constructs that a syntax tree does not keep: spelling matters here, not meaning."""
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        name = token.text.lower()
        if token.token_type == TokenType.DCOLON:
            yield Construct("cast with ::", "cast(x as type)")
        elif name == "ignore" and following and following.text.lower() == "nulls":
            yield Construct("IGNORE NULLS", "the macro last_known")
        elif name == "at" and following and following.text.lower() == "time":
            yield Construct("AT TIME ZONE", "to_business_date or to_instant")
        elif token.token_type == TokenType.L_BRACE:
            yield Construct("struct or map literal", "plain columns")
        elif token.token_type == TokenType.L_BRACKET:
            yield Construct("list literal or subscript", "plain columns")
        elif token.token_type == TokenType.IDENTIFIER:
            yield Construct(f'quoted name "{token.text}"', "a plain name")
        elif token.token_type == TokenType.STRING and ("\\" in token.text or "'" in token.text):
            yield Construct("quote or backslash in a text", "a text without them")
        elif token.token_type != TokenType.VAR and name in TYPES:
            yield Construct(f"type {name}", TYPES[name])
        elif following and following.token_type == TokenType.L_PAREN and name in FUNCTIONS:
            yield Construct(f"function {name}", FUNCTIONS[name])


def first_sentence(error: Exception) -> str:
    """The first line of a parser's complaint."""
    return re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip().splitlines()[0]


def compile_for_spark(target: Path = TARGET) -> list[Model]:
    """The models as compiled for Spark; WarehouseError when they do not compile.

    No cluster is asked: nothing in the models looks into the database while it compiles.
    """
    offline = ["--no-introspect", "--no-populate-cache", "--quiet", "--no-use-colors"]
    command = dbt_command("compile", "--target", "spark", *offline, "--target-path", str(target))
    done = subprocess.run(
        command, cwd=PROJECT, env=dbt_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise WarehouseError("the models do not compile for Spark", tuple(lines[-10:]))
    nodes = json.loads((target / "manifest.json").read_text())["nodes"]
    found = [
        Model(
            node["original_file_path"],
            node["compiled_code"],
            node["raw_code"],
            tuple(
                column["data_type"] for column in node["columns"].values() if column["data_type"]
            ),
            node["config"]["materialized"] == "view",
        )
        for node in nodes.values()
        if node["resource_type"] in ("model", "analysis")
        or (node["resource_type"] == "test" and node["original_file_path"].endswith(".sql"))
    ]
    return sorted(found, key=lambda model: model.path)


def of_contract(data_types: Iterable[str]) -> Iterator[Construct]:
    """The column types of a contract that are outside the subset."""
    for data_type in data_types:
        name = data_type.lower().split("(")[0].strip()
        if name in TYPES:
            yield Construct(f"contract type {name}", TYPES[name])


def of_source(code: str) -> Iterator[Construct]:
    """What a model may leave to macros only, in its SQL as written.

    Engines cast different texts: Spark reads 'today' as a date, DuckDB reads '1_000' as a number.
    """
    if re.search(r"\btry_cast\s*\(", code, re.IGNORECASE):
        yield Construct("try_cast of a text", "the macro read_as")


def of_view(sql: str) -> Iterator[Construct]:
    """What a table may say and a view may not.

    Spark 3.5 does not find a view's named windows, and its catalogue in Derby keeps no longer text.
    """
    if re.search(r"\bwindow\s+\w+\s+as\s*\(", sql, re.IGNORECASE):
        yield Construct("named window in a view", "a table, or the window where it is used")
    if len(sql) > LONGEST_VIEW:
        yield Construct(f"view of more than {LONGEST_VIEW:,} characters", "a table on Spark")


def check(models: Iterable[Model]) -> list[str]:
    """One line for each file and construct outside the subset."""
    return [
        f"{model.path}: {construct}"
        for model in models
        for construct in dict.fromkeys(
            (
                *constructs(model.sql),
                *of_source(model.code),
                *of_contract(model.data_types),
                *(of_view(model.sql) if model.is_view else ()),
            )
        )
    ]


app = typer.Typer(add_completion=False)


@app.command()
def main(
    target: Annotated[Path, typer.Option(help="Folder for what is compiled.")] = TARGET,
) -> None:
    """Name every construct of the models that DuckDB and Spark do not read alike."""
    try:
        with progress_console.status("compiling for Spark"):
            compiled = compile_for_spark(target)
        found = check(compiled)
        if found:
            raise WarehouseError(
                f"{len(found)} constructs are not common to DuckDB and Spark", tuple(found)
            )
    except WarehouseError as error:
        stop(error)
    print(f"{len(compiled)} files, all common to DuckDB and Spark")
