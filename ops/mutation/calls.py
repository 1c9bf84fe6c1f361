"""Mutants of what a model says to a slicing macro.

The macros `measured`, `sliced` and `survival_median` write most of the SQL of a family, and have
tests of their own
(tests/macros). In a family only the arguments of the call are mutated: a slice left out, another
date, another share. The call is written anew with dbt's own Jinja environment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from dbt_common.clients.jinja import CallableMacroGenerator, get_environment
from dbt_common.exceptions.macros import MacroReturn
from jinja2 import Template

SLICING_MACROS = ("measured", "sliced", "survival_median")
CALL = re.compile(
    r"(?P<cte>\w+) as \(\s*(?:--[^\n]*\s*)*\{\{\s*(?P<call>(?P<macro>"
    + "|".join(SLICING_MACROS)
    + r")\(.*?\))\s*\}\}\s*\)",
    re.DOTALL,
)
SETTING = re.compile(r"\{%-?\s*set\s.*?%\}", re.DOTALL)
WHOLE_LISTS = ("attributes", "members", "counts", "amounts", "records", "keys")
DATES = ("date", "team_date")


class MacroCalls:
    """Writes the calls of slicing macros in models, and the same with one argument changed."""

    def __init__(self, macros: Mapping[str, Mapping[str, Any]], relations: Mapping[str, str]):
        """Takes the project's macros (name to dbt's record) and its relations (model to name)."""
        self.environment = get_environment()
        self.context: dict[str, Any] = {
            "ref": lambda name: relations[name],
            "return": _give_back,
            "execute": True,
            "adapter": SimpleNamespace(dispatch=lambda name: self.context[f"default__{name}"]),
            "dbt": SimpleNamespace(type_string=lambda: "text"),
        }
        for name, macro in macros.items():
            self.context[name] = _ProjectMacro(name, self._template(macro), self.context)

    def _template(self, macro: Mapping[str, Any]) -> Template:
        return self.environment.from_string(macro["macro_sql"])

    def written_ctes(self, code: str) -> frozenset[str]:
        """The common table expressions of a model that a slicing macro writes."""
        return frozenset(found["cte"] for found in CALL.finditer(code))

    def mutants(
        self, code: str, date_columns: Callable[[str], Sequence[str]]
    ) -> Iterator[tuple[str, str, str]]:
        """CTE, argument and SQL of every call with one argument changed.

        date_columns gives the date columns of a relation, which may stand in for a date.
        """
        settings = "".join(SETTING.findall(code))
        for found in CALL.finditer(code):
            macro = found["macro"]
            arguments, named = self._arguments(macro, found["call"], settings)
            write = self.context[macro]
            rows = named.get("rows") or arguments[0]
            for name, value in _changed(named, date_columns(rows)):
                sql = write(*arguments, **{**named, name: value})
                yield found["cte"], name, str(sql)

    def _arguments(self, macro: str, call: str, settings: str) -> tuple[list[Any], dict[str, Any]]:
        """What a call passes to a macro, be it named by a setting of the model."""
        passed: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

        def record(*arguments: Any, **named: Any) -> str:
            passed.append((arguments, named))
            return ""

        template = self.environment.from_string(settings + "{{ " + call + " }}")
        template.render({**self.context, macro: record})
        ((arguments, named),) = passed
        return list(arguments), named


class _ProjectMacro(CallableMacroGenerator):
    """A macro of the project, called as dbt calls it."""

    def __init__(self, name: str, template: Template, context: dict[str, Any]) -> None:
        super().__init__(SimpleNamespace(name=name), context)
        self.template = template

    def get_template(self) -> Template:
        return self.template


def _give_back(value: Any) -> None:
    raise MacroReturn(value)


def _changed(named: Mapping[str, Any], date_columns: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """Arguments of a call, each with another value."""
    for name in WHOLE_LISTS:
        values = named.get(name, [])
        # Without its last attribute a call would not be SQL.
        for position in range(len(values) if len(values) > 1 else 0):
            yield name, values[:position] + values[position + 1 :]
    for name in DATES:
        for column in date_columns:
            if name in named and column != named[name]:
                yield name, column
    for median, measure in named.get("medians", {}).items():
        column, share = (measure, 0.5) if isinstance(measure, str) else measure
        yield "medians", {**named["medians"], median: (column, share / 2)}
    for name, expression in named.get("statistics", {}).items():
        halved = re.sub(r"\d+\.\d+", lambda found: str(float(found[0]) / 2), expression)
        yield "statistics", {**named["statistics"], name: halved}
