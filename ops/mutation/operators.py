"""Small wrong changes of a query, each of a kind that people make by mistake.

A query is taken apart into its common table expressions. Every operator looks at one node of one
syntax tree and proposes nodes to stand in its place; each proposal is a mutant.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import sqlglot
from sqlglot import exp

DIALECT = "duckdb"
BODY = "(the last select)"

ColumnTypes = Mapping[str, Mapping[str, str]]
"""Relation or common table expression -> column -> DuckDB type."""

Rewritten = tuple[str, str, str]
"""Part of a query that a macro writes, the argument that is another one, the SQL of the part."""

COMPARISONS: Mapping[type[exp.Expression], tuple[type[exp.Expression], ...]] = {
    exp.EQ: (exp.NEQ,),
    exp.NEQ: (exp.EQ,),
    exp.LT: (exp.LTE, exp.GTE),
    exp.LTE: (exp.LT, exp.GT),
    exp.GT: (exp.GTE, exp.LT),
    exp.GTE: (exp.GT, exp.LT),
    exp.NullSafeEQ: (exp.EQ, exp.NullSafeNEQ),
    exp.NullSafeNEQ: (exp.NEQ, exp.NullSafeEQ),
}
ARITHMETIC: Mapping[type[exp.Expression], type[exp.Expression]] = {
    exp.Add: exp.Sub,
    exp.Sub: exp.Add,
    exp.Mul: exp.Div,
    exp.Div: exp.Mul,
}
AGGREGATES: Mapping[type[exp.Expression], tuple[type[exp.Expression], ...]] = {
    exp.Sum: (exp.Max,),
    exp.Avg: (exp.Sum, exp.Max),
    exp.Max: (exp.Min,),
    exp.Min: (exp.Max,),
    exp.ArgMax: (exp.ArgMin,),
    exp.ArgMin: (exp.ArgMax,),
    exp.LogicalAnd: (exp.LogicalOr,),
    exp.LogicalOr: (exp.LogicalAnd,),
    exp.Greatest: (exp.Least,),
    exp.Least: (exp.Greatest,),
    exp.Lead: (exp.Lag,),
    exp.Lag: (exp.Lead,),
    exp.LastValue: (exp.FirstValue,),
    exp.FirstValue: (exp.LastValue,),
    exp.RowNumber: (exp.Rank,),
}
UNWRAPPED = (
    exp.Nullif,
    exp.Abs,
    exp.Round,
    exp.Floor,
    exp.Ceil,
    exp.Neg,
    exp.Sqrt,
    exp.IgnoreNulls,
    exp.AtTimeZone,
)
UNITS = {"DAY": "WEEK", "WEEK": "MONTH", "MONTH": "QUARTER", "QUARTER": "YEAR", "YEAR": "QUARTER"}
PREDICATES = (exp.Where, exp.Having, exp.And, exp.Or, exp.If, exp.Join, exp.Paren)
DATE_TYPES = ("DATE", "TIMESTAMP")
NEVER_SWAPPED = (exp.Select, exp.Group, exp.Tuple, exp.Column, exp.Ordered)


@dataclass(frozen=True)
class Mutant:
    """A query with one small change.

    cte names the changed part, before and after are its SQL; line is the line of the query that
    the change is nearest to, and operator the kind of change.
    """

    cte: str
    operator: str
    line: int
    before: str
    after: str


@dataclass(frozen=True)
class Macro:
    """An expression that a macro of the project writes, over named parameters.

    Mutants are made of its arguments, not of its inside, which has tests of its own.
    """

    name: str
    parameters: tuple[str, ...]
    sql: str

    @property
    def definition(self) -> str:
        """The macro as one of DuckDB's, so that a query may call it."""
        return f"create temp macro {self.name}({', '.join(self.parameters)}) as {self.sql}"

    @cached_property
    def template(self) -> exp.Expression:
        """The expression as a syntax tree."""
        return sqlglot.parse_one(self.sql, dialect=DIALECT)

    def call(self, node: exp.Expression) -> exp.Expression | None:
        """The call that wrote a node; None when the macro did not write it."""
        arguments: dict[str, exp.Expression] = {}
        if type(node) is not type(self.template) or not self._matches(
            self.template, node, arguments
        ):
            return None
        return exp.Anonymous(
            this=self.name, expressions=[arguments[name].copy() for name in self.parameters]
        )

    def _matches(
        self, pattern: object, value: object, arguments: dict[str, exp.Expression]
    ) -> bool:
        if isinstance(pattern, exp.Column) and pattern.name in self.parameters:
            return isinstance(value, exp.Expression) and (
                arguments.setdefault(pattern.name, value) == value
            )
        if isinstance(pattern, exp.Expression):
            return type(pattern) is type(value) and all(
                self._matches(pattern.args.get(key), value.args.get(key), arguments)
                for key in pattern.args.keys() | value.args.keys()
            )
        if isinstance(pattern, list):
            return (
                isinstance(value, list)
                and len(pattern) == len(value)
                and all(
                    self._matches(*pair, arguments) for pair in zip(pattern, value, strict=True)
                )
            )
        return pattern == value or not (pattern or value)


def fold(tree: exp.Expression, macros: Sequence[Macro]) -> exp.Expression:
    """The tree with every expression that a macro wrote replaced by a call of the macro."""

    def folded(node: exp.Expression) -> exp.Expression:
        call = next((call for macro in macros if (call := macro.call(node))), None)
        if call is None:
            return node
        call.set("expressions", [fold(argument, macros) for argument in call.expressions])
        return call

    return tree.transform(folded) if macros else tree


class Query:
    """A query as its common table expressions and its last select, each a syntax tree."""

    def __init__(
        self,
        sql: str,
        macros: Sequence[Macro] = (),
        kept: Collection[str] = (),
        rewritten: Sequence[Rewritten] = (),
    ) -> None:
        """Parses the query; what a macro wrote becomes a call of it.

        The parts named in kept are not mutated, but for the ways in which they are rewritten.
        """
        self.macros = macros
        self.kept = kept
        self.rewritten = rewritten
        tree = fold(sqlglot.parse_one(sql, dialect=DIALECT), macros)
        self.relations = {
            ".".join(part.sql(DIALECT) for part in table.parts)
            for table in tree.find_all(exp.Table)
            if table.db
        }
        self.ctes: dict[str, exp.Expression] = {cte.alias: cte for cte in tree.ctes}
        clause = tree.args.get("with_")
        self.is_recursive = bool(clause and clause.args.get("recursive"))
        if clause is not None:
            clause.pop()
        self.body = exp.CTE(this=tree, alias=exp.TableAlias(this=exp.to_identifier("body")))
        self.texts = {name: cte.sql(DIALECT) for name, cte in self.ctes.items()}

    def sql(self, replaced: Mapping[str, str] | None = None, last: str | None = None) -> str:
        """The query with some parts replaced, up to a part of that name (all of it by default)."""
        replaced = replaced or {}
        parts = []
        for name, text in self.texts.items():
            parts.append(replaced.get(name, text))
            if name == last:
                break
        clause = f"with {'recursive ' if self.is_recursive else ''}{', '.join(parts)} "
        body = f'select * from "{last}"' if last else self.body.this.sql(DIALECT)
        if BODY in replaced:
            body = replaced[BODY]
        return (clause if parts else "") + body

    def mutants(self, types: ColumnTypes) -> Iterator[Mutant]:
        """Every mutant of the query once."""
        for name, part in [*self.ctes.items(), (BODY, self.body)]:
            before = self._text(name)
            seen = {before}
            if name in self.kept:
                yield from self._rewritten(name, before)
                continue
            for select, nodes in _by_select(part.this):
                # Only the innermost select is written anew for each mutant; the rest stands.
                head, tail = self._around(name, select)
                for node in nodes:
                    for operator, replacement in variants(node, types):
                        node.replace(replacement)
                        written = replacement if node is select else select
                        after = head + written.sql(DIALECT) + tail
                        replacement.replace(node)
                        if after not in seen:
                            seen.add(after)
                            yield Mutant(name, operator, _line(node), before, after)

    def _rewritten(self, name: str, before: str) -> Iterator[Mutant]:
        """The mutants of a part that a macro writes from other arguments."""
        for cte, argument, sql in self.rewritten:
            if cte == name:
                tree = fold(sqlglot.parse_one(sql, dialect=DIALECT), self.macros)
                alias = exp.TableAlias(this=exp.to_identifier(name))
                after = exp.CTE(this=tree, alias=alias).sql(DIALECT)
                if after != before:
                    yield Mutant(name, argument, _line(self.ctes[name]), before, after)

    def _around(self, name: str, select: exp.Expression) -> tuple[str, str]:
        """The SQL before and after a select within a part."""
        mark = exp.to_identifier("__select_stands_here__")
        select.replace(mark)
        head, _, tail = self._text(name).partition(mark.name)
        mark.replace(select)
        return head, tail

    def _text(self, name: str) -> str:
        return self.body.this.sql(DIALECT) if name == BODY else self.ctes[name].sql(DIALECT)


def _by_select(root: exp.Expression) -> Iterator[tuple[exp.Expression, list[exp.Expression]]]:
    """Selects and unions of a part, each with the nodes that belong to it and to none within it."""
    owned: dict[int, tuple[exp.Expression, list[exp.Expression]]] = {}
    for node in root.walk(bfs=False):
        select = node
        while not isinstance(select, exp.Query) and select is not root:
            select = select.parent
        owned.setdefault(id(select), (select, []))[1].append(node)
    yield from owned.values()


def _line(node: exp.Expression) -> int:
    """Line of the first name in a node, or of the nearest name around it; 0 for none."""
    around: exp.Expression | None = node
    while around is not None:
        for name in around.find_all(exp.Identifier, exp.Star, bfs=False):
            if "line" in name.meta:
                return int(name.meta["line"])
        around = around.parent
    return 0


Variant = tuple[str, exp.Expression]


def variants(node: exp.Expression, types: ColumnTypes) -> Iterator[Variant]:
    """The nodes that may stand in the place of a node, with the name of the operator."""
    for operator in OPERATORS:
        yield from operator(node)
    yield from sibling_columns(node, types)


def comparisons(node: exp.Expression) -> Iterator[Variant]:
    """Another comparison: the boundary in or out, or the other side of it."""
    for kind in COMPARISONS.get(type(node), ()):
        yield "comparison", kind(this=node.this.copy(), expression=node.expression.copy())


def conditions(node: exp.Expression) -> Iterator[Variant]:
    """And for or, a condition dropped, a condition negated."""
    if isinstance(node, exp.And | exp.Or):
        other = exp.Or if isinstance(node, exp.And) else exp.And
        yield "and_or", exp.paren(other(this=node.this.copy(), expression=node.expression.copy()))
        if not isinstance(node.parent, type(node)):
            leaves = list(node.flatten())
            combine = exp.and_ if isinstance(node, exp.And) else exp.or_
            for position in range(len(leaves)):
                rest = [leaf.copy() for i, leaf in enumerate(leaves) if i != position]
                yield "dropped_condition", exp.paren(combine(*rest)) if len(rest) > 1 else rest[0]
    elif isinstance(node, exp.Not):
        yield "negation", node.this.copy()
    elif isinstance(node, exp.Is | exp.In | exp.Like) and not isinstance(node.parent, exp.Not):
        yield "negation", exp.Not(this=exp.paren(node.copy()))
    elif isinstance(node, exp.Column) and isinstance(node.parent, PREDICATES):
        is_value = isinstance(node.parent, exp.If) and node.arg_key != "this"
        if not is_value:
            yield "negation", exp.Not(this=node.copy())


def filters(node: exp.Expression) -> Iterator[Variant]:
    """A filter dropped or negated, an element of a list of values left out."""
    if isinstance(node, exp.Select):
        for clause in ("where", "having"):
            if node.args.get(clause):
                dropped = node.copy()
                dropped.set(clause, None)
                yield "dropped_filter", dropped
    elif isinstance(node, exp.Where | exp.Having):
        negated = node.copy()
        negated.set("this", exp.Not(this=exp.paren(node.this.copy())))
        yield "negated_filter", negated
    elif isinstance(node, exp.Filter):
        yield "dropped_filter", node.this.copy()
    elif isinstance(node, exp.In) and len(node.expressions) > 1:
        yield from without_each(node, "expressions", "dropped_element")


def aggregates(node: exp.Expression) -> Iterator[Variant]:
    """Another aggregate, with or without distinct."""
    for kind in AGGREGATES.get(type(node), ()):
        yield "aggregate", kind(**{key: _copied(value) for key, value in node.args.items()})
    if isinstance(node, exp.Count):
        if isinstance(node.this, exp.Distinct):
            counted = node.copy()
            counted.set("this", node.this.expressions[0].copy())
            yield "distinct", counted
        elif not isinstance(node.this, exp.Star):
            yield "distinct", exp.Count(this=exp.Distinct(expressions=[node.this.copy()]))
            yield "aggregate", exp.Count(this=exp.Star())


def wrappers(node: exp.Expression) -> Iterator[Variant]:
    """A wrapping function left out: nullif, coalesce, abs, round, a cast to a date."""
    if isinstance(node, UNWRAPPED):
        yield "dropped_" + node.key, exp.paren(node.this.copy())
    elif isinstance(node, exp.Coalesce | exp.Greatest | exp.Least):
        values = [node.this, *node.expressions]
        for position in range(len(values)):
            rest = [value.copy() for i, value in enumerate(values) if i != position]
            if len(rest) == 1:
                yield "dropped_" + node.key, exp.paren(rest[0])
            else:
                yield "dropped_" + node.key, type(node)(this=rest[0], expressions=rest[1:])
    elif isinstance(node, exp.Cast) and not isinstance(node.this, exp.Literal | exp.Null):
        if node.to.this in (exp.DataType.Type.DATE, exp.DataType.Type.TIMESTAMP):
            yield "dropped_cast", exp.paren(node.this.copy())


def arithmetic(node: exp.Expression) -> Iterator[Variant]:
    """Another operation, the operands swapped, an operand left out."""
    if type(node) in ARITHMETIC:
        left, right = node.this, node.expression
        other = ARITHMETIC[type(node)]
        yield "arithmetic", exp.paren(other(this=left.copy(), expression=right.copy()))
        yield "dropped_operand", left.copy()
        if isinstance(node, exp.Add | exp.Mul):
            yield "dropped_operand", right.copy()
        else:
            yield (
                "swapped_operands",
                exp.paren(type(node)(this=exp.paren(right.copy()), expression=left.copy())),
            )
    elif isinstance(node, exp.DateDiff):
        swapped = node.copy()
        swapped.set("this", node.expression.copy())
        swapped.set("expression", node.this.copy())
        yield "swapped_operands", swapped


def joins(node: exp.Expression) -> Iterator[Variant]:
    """Another kind of join, a join without its condition, a branch of a union left out."""
    if isinstance(node, exp.Join):
        kinds = {"LEFT": ("", "INNER"), "": ("LEFT", ""), "FULL": ("LEFT", "")}
        if node.args.get("on") is not None:
            changed = node.copy()
            side, kind = kinds[node.side or ""]
            changed.set("side", side)
            changed.set("kind", kind)
            yield "join_kind", changed
            if not isinstance(node.args["on"], exp.And):
                changed = node.copy()
                changed.set("on", exp.true())
                yield "dropped_condition", changed
    elif isinstance(node, exp.Union):
        other = node.copy()
        other.set("distinct", not node.args.get("distinct"))
        yield "distinct", other
        yield "dropped_branch", node.this.copy()
        yield "dropped_branch", node.expression.copy()


def windows(node: exp.Expression) -> Iterator[Variant]:
    """A window without one of its keys, or running the other way."""
    if isinstance(node, exp.Window):
        if node.args.get("partition_by"):
            yield from without_each(node, "partition_by", "dropped_partition_key")
        order = node.args.get("order")
        if order is not None:
            for position in range(len(order.expressions)):
                changed = node.copy()
                keys = changed.args["order"].expressions
                del keys[position]
                changed.set("order", exp.Order(expressions=keys) if keys else None)
                yield "dropped_order_key", changed
        if node.args.get("spec") is not None:
            changed = node.copy()
            changed.set("spec", None)
            yield "window_frame", changed
    elif isinstance(node, exp.Ordered):
        changed = node.copy()
        changed.set("desc", not node.args.get("desc"))
        yield "order", changed


def cases(node: exp.Expression) -> Iterator[Variant]:
    """A case without one of its branches."""
    if isinstance(node, exp.Case):
        branches, default = node.args["ifs"], node.args.get("default")
        if len(branches) > 1:
            yield from without_each(node, "ifs", "dropped_case")
        else:
            yield "dropped_case", default.copy() if default is not None else exp.null()
            yield "dropped_case", branches[0].args["true"].copy()
        if default is not None and not isinstance(default, exp.Null):
            changed = node.copy()
            changed.set("default", None)
            yield "dropped_case", changed


def literals(node: exp.Expression) -> Iterator[Variant]:
    """Another number, text or truth."""
    if isinstance(node, exp.Boolean):
        yield "literal", exp.Boolean(this=not node.this)
    if not isinstance(node, exp.Literal):
        return
    if isinstance(node.parent, exp.DataTypeParam | exp.Group | exp.Ordered | exp.Limit):
        return
    if isinstance(node.parent, exp.Interval):
        yield "literal", exp.Literal.string(str(int(node.name) + 1))
    elif node.is_string:
        if not isinstance(node.parent, exp.Cast):
            yield "literal", exp.Literal.string(node.name + "_")
    elif not node.name.isdigit():
        yield "literal", exp.Literal.number(str(float(node.name) / 2))
    else:
        yield "literal", exp.Literal.number(str(int(node.name) + 1))
        if node.name == "1":
            yield "literal", exp.Literal.number("0")


def dates(node: exp.Expression) -> Iterator[Variant]:
    """A longer or shorter unit of time."""
    if isinstance(node, exp.Var) and node.name.upper() in UNITS:
        if isinstance(node.parent, exp.TimestampTrunc | exp.DateTrunc | exp.Interval):
            yield "date_unit", exp.Var(this=UNITS[node.name.upper()])


def groups(node: exp.Expression) -> Iterator[Variant]:
    """Rows not made distinct, a grouping that is too coarse, a set of it left out."""
    if not isinstance(node, exp.Select):
        if isinstance(node, exp.GroupingSets) and len(node.expressions) > 1:
            yield from without_each(node, "expressions", "dropped_grouping_set")
        return
    if node.args.get("distinct"):
        changed = node.copy()
        changed.set("distinct", None)
        yield "distinct", changed
    group = node.args.get("group")
    keys = group.expressions if group is not None else []
    for position, key in enumerate(keys):
        if not isinstance(key, exp.Column) or len(keys) == 1:
            continue
        changed = node.copy()
        del changed.args["group"].expressions[position]
        for selected in changed.expressions:
            value = selected.unalias()
            if value == key:
                value.replace(
                    exp.alias_(exp.Max(this=key.copy()), selected.alias_or_name)
                    if value is selected
                    else exp.Max(this=key.copy())
                )
        yield "dropped_group_key", changed


def without_each(node: exp.Expression, argument: str, operator: str) -> Iterator[Variant]:
    """The node without each element of a list argument in turn."""
    for position in range(len(node.args[argument])):
        changed = node.copy()
        rest = changed.args[argument]
        changed.set(argument, rest[:position] + rest[position + 1 :])
        yield operator, changed


def sibling_columns(node: exp.Expression, types: ColumnTypes) -> Iterator[Variant]:
    """Another column of the same relation and type: another date, another amount, another id.

    Columns that are only passed on stay, as they would only trade names.
    """
    if not isinstance(node, exp.Column) or isinstance(node.parent, NEVER_SWAPPED):
        return
    columns = _columns_in_reach(node, types)
    kind = columns.get(node.name)
    if kind is None:
        return
    alike = [
        name
        for name, other in columns.items()
        if other == kind
        and (name == node.name or kind != "VARCHAR" or _are_ids_of_one_kind(name, node.name))
    ]
    position = alike.index(node.name)
    others = {alike[(position + 1) % len(alike)]}
    if kind.startswith(DATE_TYPES):
        others.add(alike[position - 1])
    for other in sorted(others - {node.name}):
        changed = node.copy()
        changed.set("this", exp.to_identifier(other))
        yield "column", changed


def _are_ids_of_one_kind(name: str, other: str) -> bool:
    """Whether one name ends as the other: owner_id and created_owner_id."""
    return "_" in name and (name.endswith(f"_{other}") or other.endswith(f"_{name}"))


def _columns_in_reach(node: exp.Column, types: ColumnTypes) -> Mapping[str, str]:
    """Columns of the relation that a column comes from; none where that is not plain to see."""
    select = node.find_ancestor(exp.Select)
    if select is None:
        return {}
    sources = {}
    clauses = [select.args.get("from_"), *(select.args.get("joins") or [])]
    for clause in clauses:
        if clause is not None and isinstance(clause.this, exp.Table):
            sources[clause.this.alias_or_name] = types.get(clause.this.name, {})
    if node.table:
        return sources.get(node.table, {})
    holding = [columns for columns in sources.values() if node.name in columns]
    return holding[0] if len(holding) == 1 else {}


def _copied(value: object) -> object:
    if isinstance(value, exp.Expression):
        return value.copy()
    if isinstance(value, list):
        return [_copied(each) for each in value]
    return value


OPERATORS: tuple[Callable[[exp.Expression], Iterator[Variant]], ...] = (
    comparisons,
    conditions,
    filters,
    aggregates,
    wrappers,
    arithmetic,
    joins,
    windows,
    cases,
    literals,
    dates,
    groups,
)
