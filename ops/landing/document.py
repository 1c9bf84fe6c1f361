"""Prints the raw contract as people need it: docs/your_data.md is what this prints.

python -m ops contract > docs/your_data.md
"""

from __future__ import annotations

from pathlib import Path

import typer

from ops.landing.carried import CRMS, MAPPINGS, carried
from ops.landing.catalogue import (
    SUBSTITUTES,
    kpi_inputs,
    kpis_by_columns,
    kpis_of_tables,
    staged_tables,
)
from ops.landing.contract import Contract, Table, load_contract
from ops.landing.settings import Parameter, allowed_values, parameters

TEMPLATE = Path(__file__).with_name("your_data_template.md")


def document(contract: Contract) -> str:
    """The whole page, as docs/your_data.md holds it."""
    kpis = kpis_of_tables()
    staged = staged_tables()
    tables = contract.deliverable.values()
    counted = [table for table in tables if table.name in kpis]
    others = [table for table in tables if table.name in staged and table not in counted]
    unread = [table.name for table in tables if table not in counted and table not in others]
    return TEMPLATE.read_text(encoding="utf-8").format(
        settings="\n".join([*map(_setting, parameters().values()), *_OTHER_SETTINGS]),
        kpis=len([kpi for kpi, inputs in kpi_inputs().items() if inputs]),
        crms="\n".join(_crm(folder, name, contract) for folder, name in CRMS.items()),
        counted="\n".join(f"{_row(table)} {_listed(kpis[table.name])} |" for table in counted),
        needed="\n".join(
            f"| {_listed(ids)} | {', '.join(map(_column, columns))} |"
            for columns, ids in kpis_by_columns().items()
        ),
        staged="\n".join(map(_row, others)),
        unread=_listed(unread) + ".",
    )


_OTHER_SETTINGS = (
    "| `as_of` | end of the data | a date such as 2026-04-01 or an instant | build as the data was "
    "known then; a date is its first midnight in the reporting time zone |",
    "| `coverage_from` | first record | a date such as 2024-01-01, or one per table | first "
    "business date that the data covers |",
)


def _crm(folder: str, name: str, contract: Contract) -> str:
    found = carried(MAPPINGS / folder, contract)
    others = ", ".join(f"`{table}` ({len(kpis)})" for table, kpis in found.missing.items())
    return (
        f"| [{name}](../mappings/{folder}) | {len(found.tables)} | {len(found.kpis)} | {others} |"
    )


def _setting(parameter: Parameter) -> str:
    return (
        f"| `{parameter.name}` | {parameter.value} | {allowed_values(parameter)} | "
        f"{parameter.description} |"
    )


def _row(table: Table) -> str:
    grain = table.description.removeprefix("One row per ").rstrip(".")
    return f"| `{table.name}` | {grain} | {', '.join(table.required_columns)} |"


def _column(name: str) -> str:
    table, _, column = name.partition(".")
    return ", else ".join(f"`{each}.{column}`" for each in SUBSTITUTES.get(table, (table,)))


def _listed(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


app = typer.Typer(add_completion=False)


@app.command()
def main() -> None:
    """Print what raw tables there are, what they feed, and every key of the files beside them."""
    typer.echo(document(load_contract()), nl=False)


if __name__ == "__main__":
    app()
