"""Loads a company's PostgreSQL tables into a DuckDB file with dlt: the changes alone."""
