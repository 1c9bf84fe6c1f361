"""Small manifests of dbt, for tests of what is published."""

from __future__ import annotations

import json
from pathlib import Path


def write_manifest(file: Path, *tables: tuple[str, str]) -> Path:
    """Writes a manifest in which dbt builds nothing but the tables, each a schema and a name."""
    nodes = {
        name: {
            "resource_type": "model",
            "schema": schema,
            "alias": name,
            "description": "",
            "columns": {},
            "config": {"materialized": "table", "meta": {}},
        }
        for schema, name in tables
    }
    file.write_text(json.dumps({"nodes": nodes}))
    return file
