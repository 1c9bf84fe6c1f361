"""The commands of a local Spark cluster: up, load, status and down."""

from __future__ import annotations

from ops.spark.cluster import app
from ops.spark.load import main as load_tables

app.command("load")(load_tables)
