"""Which files a raw folder holds, what they are called as tables, and what is in them."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ops.landing.values import clean
from ops.warehouse import WarehouseError

MANIFEST_NAME = "manifest.yml"
TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})
JSON_SUFFIXES = frozenset({".jsonl", ".ndjson"})
BINARY_SUFFIXES = frozenset({".parquet", ".xlsx"})
MOST_COLUMNS = 2_000
READABLE = "csv, tsv, txt, jsonl, ndjson (each also as .gz), parquet, xlsx"

_PARTIAL_NAMES = re.compile(r"^(\.|~\$)")
_NOT_IN_TABLE_NAMES = re.compile(r"[^0-9a-z]+")


class LandingError(WarehouseError):
    """A raw folder or mapping that cannot be landed; the text is one sentence that says why."""


@dataclass(frozen=True)
class RawFile:
    """A file of the raw folder; name is its path in that folder, with slashes.

    suffix is the lower-case extension without .gz, '' when the format is not known;
    is_packed says that the content is gzip.
    """

    name: str
    path: Path
    suffix: str
    is_packed: bool

    @property
    def table_name(self) -> str:
        """Name under which a mapping reads the file: sub/My-File.csv is sub__my_file."""
        parts = self.stem.lower().split("/")
        return "__".join(_NOT_IN_TABLE_NAMES.sub("_", part) for part in parts)

    @property
    def stem(self) -> str:
        """The name without its extensions."""
        stem = self.name[: -len(".gz")] if self.is_packed else self.name
        return stem[: -len(self.suffix)] if self.suffix else stem


def raw_files(folder: Path) -> tuple[RawFile, ...]:
    """List the files of a raw folder and its sub-folders in order of their names.

    The manifest and hidden files are left out. Raises LandingError when the folder is missing, is
    not a folder, is empty, or holds a link that leads out of it.
    """
    if not folder.exists():
        raise LandingError(f"{folder}: the raw folder does not exist; check the path given as RAW")
    if not folder.is_dir():
        raise LandingError(f"{folder}: RAW is a file; give the folder that holds the raw files")
    root = folder.resolve()
    files: list[RawFile] = []
    for directory, subfolders, names in os.walk(root, onerror=_refuse_unreadable):
        subfolders[:] = sorted(name for name in subfolders if not _PARTIAL_NAMES.match(name))
        for name in [*subfolders, *names]:
            _refuse_escape(Path(directory) / name, root)
        for name in names:
            path = Path(directory) / name
            relative = path.relative_to(root).as_posix()
            _refuse_other_encoding(relative)
            if _PARTIAL_NAMES.match(name) or relative == MANIFEST_NAME or not path.is_file():
                continue
            files.append(_raw_file(relative, path))
    if not files:
        raise LandingError(f"{folder}: the raw folder holds no files; put the extract into it")
    return tuple(sorted(files, key=lambda file: file.name))


def digest_of(path: Path) -> str:
    """SHA-256 of the file's content, in hexadecimal digits; LandingError when it cannot be read."""
    try:
        with path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise LandingError(f"{path}: cannot be read: {error.strerror}") from error


def listed(names: Iterable[str], most: int = 8) -> str:
    """The names as 'a, b, c and 4 more'."""
    names = list(names)
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def checked_columns(columns: Iterable[str], name: str) -> tuple[str, ...]:
    """The column names cleaned, nameless ones as column_<position>.

    Raises LandingError when two are the same but for case, or there are too many.
    """
    checked = tuple(
        clean(column) or f"column_{position}" for position, column in enumerate(columns, start=1)
    )
    if len(checked) > MOST_COLUMNS:
        raise LandingError(
            f"{name}: has {len(checked):,} columns; at most {MOST_COLUMNS:,} are read"
        )
    seen: set[str] = set()
    for column in checked:
        if column.lower() in seen:
            raise LandingError(f"{name}: column {column} occurs twice; rename or remove one")
        seen.add(column.lower())
    return checked


def _raw_file(name: str, path: Path) -> RawFile:
    lowered = name.lower()
    is_packed = lowered.endswith(".gz")
    suffix = Path(lowered[: -len(".gz")] if is_packed else lowered).suffix
    readable = TEXT_SUFFIXES | JSON_SUFFIXES | (frozenset() if is_packed else BINARY_SUFFIXES)
    return RawFile(name, path, suffix if suffix in readable else "", is_packed)


def _refuse_other_encoding(name: str) -> None:
    """A name in another encoding than UTF-8 can be written nowhere."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError as error:
        raise LandingError(
            f"{name}: the name of the file is not in UTF-8; rename it or move it away"
        ) from error


def _refuse_escape(path: Path, root: Path) -> None:
    if not path.is_symlink():
        return
    try:
        is_inside = path.resolve().is_relative_to(root)
    except (OSError, RuntimeError):
        is_inside = False
    if not is_inside:
        raise LandingError(
            f"{path.relative_to(root)}: the link leads out of the raw folder or nowhere; "
            "put the file itself there"
        )


def _refuse_unreadable(error: OSError) -> None:
    raise LandingError(f"{error.filename}: cannot be read: {error.strerror}") from error
