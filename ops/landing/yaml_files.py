"""YAML files that people write: read into plain values, with the line of what is wrong."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from ops.landing.files import LandingError
from ops.warehouse import first_line


class _Loader(yaml.SafeLoader):
    """Leaves a date that does not exist as it is written, so that its reader can refuse it."""

    def construct_yaml_timestamp(self, node: Any) -> Any:
        try:
            return super().construct_yaml_timestamp(node)
        except (ValueError, OverflowError):
            return node.value


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_yaml_timestamp)


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML file of keys and values; LandingError, with the line, when it is another."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LandingError(f"{path}: cannot be read as UTF-8 text: {first_line(error)}") from error
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        _refuse_repeated_keys(node, path)
        content = yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f":{mark.line + 1}" if mark else ""
        raise LandingError(f"{path}{line}: is not valid YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise LandingError(f"{path}: is not valid YAML: {first_line(error)}") from error
    except RecursionError as error:
        raise LandingError(f"{path}: is nested too deeply to be read") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise LandingError(f"{path}: is not made of keys and values")
    return {str(key): value for key, value in content.items()}


@lru_cache(maxsize=16)
def _node(text: str) -> yaml.Node | None:
    return yaml.compose(text, Loader=yaml.SafeLoader)


def place(path: Path, *keys: object) -> str:
    """The file and the line of a key, and of a key below it, as in settings.yml:3."""
    node = _node(path.read_text(encoding="utf-8-sig"))
    line = None
    for key in keys:
        found = [
            (name, value)
            for name, value in (node.value if isinstance(node, yaml.MappingNode) else ())
            if name.value == str(key)
        ]
        if not found:
            break
        line, node = found[0][0].start_mark.line + 1, found[0][1]
    return str(path) if line is None else f"{path}:{line}"


def _refuse_repeated_keys(node: Any, path: Path) -> None:
    """YAML takes the last of two values of a key; whoever wrote both meant something else."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, yaml.SequenceNode):
            waiting.extend(here.value)
        if not isinstance(here, yaml.MappingNode):
            continue
        seen: dict[str, int] = {}
        for name, value in here.value:
            line = name.start_mark.line + 1
            if isinstance(name, yaml.ScalarNode) and name.value in seen:
                raise LandingError(
                    f"{path}:{line}: {name.value} is given twice, first in line {seen[name.value]}"
                )
            if isinstance(name, yaml.ScalarNode):
                seen[name.value] = line
            waiting.append(value)
