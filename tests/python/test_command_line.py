"""The command line starts quickly and knows every command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.__main__ import COMMANDS, app


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_how_it_is_used(name: str) -> None:
    result = CliRunner().invoke(app, [name, "--help"])
    assert result.exit_code == 0, result.output
    assert name in result.output


def test_the_list_of_commands_says_what_each_does() -> None:
    result = CliRunner().invoke(app, ["--help"])
    assert all(command.purpose in result.output for command in COMMANDS.values())


def test_an_unknown_command_is_refused() -> None:
    result = CliRunner().invoke(app, ["refine"])
    assert result.exit_code == 2
    assert "No such command 'refine'" in result.output


def test_the_list_of_commands_imports_none_of_them(repository: Path) -> None:
    script = (
        "import sys\n"
        "from typer.testing import CliRunner\n"
        "from ops.__main__ import app\n"
        "CliRunner().invoke(app, ['--help'])\n"
        "assert not {'duckdb', 'numpy', 'ops.warehouse'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=repository, check=True)
