"""What the tests of the report share: a published sample, and a page read as a reader sees it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from ops.publishing.publish import publish


def published_sample(repository: Path, folder: Path) -> Path:
    """The built sample company, published into a folder."""
    working, manifest = repository / "warehouse" / "sample.duckdb", repository / "target"
    if not working.is_file() or not (manifest / "manifest.json").is_file():
        pytest.skip(f"{working} is not there; run make build")
    target = folder / "sales_kpis.duckdb"
    publish(working, target, manifest / "manifest.json")
    return target


@dataclass
class Page(HTMLParser):
    """A page: its embedded data, its texts, its links to numbers, its tags with attributes."""

    html: str
    texts: list[str] = field(default_factory=list)
    numbers: list[tuple[int, str]] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.number: int | None = None
        self.raw_data = ""
        self.feed(self.html)
        self.data: dict[str, Any] = json.loads(self.raw_data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes a tag, and whether it leads to a number or holds the data."""
        named = dict(attrs)
        self.tags.append((tag, named))
        if tag in ("script", "style"):
            self.inside.append("data" if named.get("id") == "data" else "code")
        if "data-number" in named:
            self.number = int(named["data-number"] or "")
            self.numbers.append((self.number, ""))

    def handle_endtag(self, tag: str) -> None:
        """Ends what the tag began."""
        if tag in ("script", "style"):
            self.inside.pop()
        if tag == "a":
            self.number = None

    def handle_data(self, data: str) -> None:
        """Keeps a text where it belongs."""
        if self.inside:
            self.raw_data += data if self.inside[-1] == "data" else ""
            return
        self.texts.append(data)
        if self.number is not None:
            place, text = self.numbers[-1]
            self.numbers[-1] = (place, text + data)

    @property
    def text(self) -> str:
        """All that a reader can read."""
        return " ".join(" ".join(self.texts).split())

    @property
    def records(self) -> list[dict[str, Any]]:
        """The numbers of the page with their keys."""
        return [dict(zip(self.data["columns"], row, strict=True)) for row in self.data["values"]]


def read_page(file: Path) -> Page:
    """A page of the file system."""
    return Page(file.read_text(encoding="utf-8"))
