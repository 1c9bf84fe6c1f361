"""The command line: python -m ops COMMAND --help."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup


@dataclass(frozen=True)
class Command:
    """A command: the module whose app it is, and what it does in one line."""

    module: str
    purpose: str


COMMANDS = {
    "refresh": Command("ops.publishing.refresh", "Land, gate, build, check and publish."),
    "land": Command("ops.landing.land", "Land a folder of raw files."),
    "load": Command("ops.loading.load", "Load PostgreSQL tables into a DuckDB file: changes."),
    "explore": Command("ops.landing.explore", "Say what can be made of a folder or a database."),
    "contract": Command("ops.landing.document", "Print the raw tables, settings and options."),
    "gates": Command("ops.gates.gates", "Check landed tables, or a built file."),
    "built": Command("ops.publishing.built", "Build and test the sample where that is to do."),
    "publish": Command("ops.publishing.publish", "Publish a checked working file."),
    "report": Command("ops.report.command", "Write the report of a published file, one page."),
    "docs": Command("ops.docs_site.command", "Write the documentation, a static site."),
    "export": Command("ops.publishing.export", "Write Parquet files and a workbook of it."),
    "semantic": Command("ops.semantic.write", "Write the metrics that MetricFlow reads."),
    "dashboards": Command("ops.dashboards.command", "Serve the dashboards with Superset."),
    "headlines": Command("ops.publishing.headlines", "Print the KPIs of a published file."),
    "predict": Command("ops.lifetime.predict", "Predict what customers will buy."),
    "simulate": Command("ops.simulate.command", "Simulate a company's raw tables."),
    "render": Command("ops.simulate.crm.render", "Render a company as the raw tables of a CRM."),
    "mutation": Command("ops.mutation.mutate", "Count the small errors that the tests notice."),
    "portable": Command("ops.spark.portable", "Find SQL that only one engine reads."),
    "postgres": Command("ops.loading.server", "Start, fill and stop a local PostgreSQL."),
    "bench": Command("ops.bench.bench", "Time every step on simulated companies."),
    "spark": Command("ops.spark.command", "Start, load and stop a local Spark cluster."),
    "parity": Command("ops.spark.parity", "Prove that DuckDB and Spark give the same rows."),
}


class Commands(TyperGroup):
    """Imports a command's module only when the command is run, so that each starts quickly."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of the commands, in the order of their list."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command as the list of commands shows it: by its name and purpose."""
        if (command := COMMANDS.get(cmd_name)) is None:
            return None
        return TyperCommand(name=cmd_name, help=command.purpose)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is run, and what stands after its name."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, typer.main.get_command(import_module(COMMANDS[name].module).app), rest


app = typer.Typer(cls=Commands, add_completion=False, no_args_is_help=True)


@app.callback()
def describe() -> None:
    """Operations of the sales KPI warehouse."""


if __name__ == "__main__":
    app(prog_name="python -m ops")
