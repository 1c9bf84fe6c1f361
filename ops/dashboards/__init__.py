"""Dashboards as code: checks dashboards/, and serves it with Superset on 127.0.0.1."""
